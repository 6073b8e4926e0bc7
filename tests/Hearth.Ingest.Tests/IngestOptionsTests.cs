using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hearth.Ingest.Tests;

public sealed class IngestOptionsTests
{
    [Fact]
    public void Mistakes_OfTheDefaults_AreNone() => Assert.Empty(new IngestOptions().Mistakes());

    [Fact]
    public void AddHearthIngest_WrongOptions_NamesEveryMistakeAtOnce()
    {
        IngestOptions options = new() { Tenant = "", RequestsMax = 0, BatchLingerMs = 21, RetentionDays = 0 };
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHearthIngest(options));
        Assert.All(
            [nameof(options.Tenant), nameof(options.RequestsMax), nameof(options.BatchLingerMs), nameof(options.RetentionDays)],
            name => Assert.Contains(name, thrown.Message, StringComparison.Ordinal));
    }
}
