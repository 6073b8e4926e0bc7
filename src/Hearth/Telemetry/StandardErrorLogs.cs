using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Hearth.Telemetry;

/// <summary>
/// Logs for a person: one line each on standard error, <c>12:30:05 role level text</c>. An exception adds its type and message; its stack
/// is written only where the logger lets debug through, because most failures are somebody else's and the sentence names them.
/// </summary>
internal sealed class StandardErrorLogs(string role, TextWriter output, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _gate = new();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Category(this);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private void Write(LogLevel level, string text, Exception? exception)
    {
        string word = level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
        string cause = exception switch
        {
            null => "",
            _ when level <= LogLevel.Debug => ": " + exception,
            _ => ": " + exception.Message.ReplaceLineEndings(" "),
        };
        string line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss} {role} {word} {text}{cause}");
        lock (_gate)
        {
            output.WriteLine(line);
        }
    }

    private sealed class Category(StandardErrorLogs owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Write(logLevel, formatter(state, exception), exception);
    }
}
