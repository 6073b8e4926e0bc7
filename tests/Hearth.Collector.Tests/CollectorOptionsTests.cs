using Xunit;

namespace Hearth.Collector.Tests;

public sealed class CollectorOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(new CollectorOptions().Validate());

    [Fact]
    public void Validate_SeveralMistakes_AreAllReported()
    {
        CollectorOptions options = new()
        {
            FrequencyHz = 0,
            WindowSeconds = 1000,
            RingPages = 100,
            Ingest = new Uri("ftp://x"),
            TokenFile = "/nonexistent/token",
            QueueBytesMax = 1024 * 1024,
        };
        IReadOnlyList<string> mistakes = options.Validate();
        foreach (string word in new[] { "FrequencyHz", "WindowSeconds", "RingPages", "Ingest", "TokenFile", "QueueBytesMax" })
        {
            Assert.Contains(mistakes, mistake => mistake.Contains(word, StringComparison.Ordinal));
        }
    }
}
