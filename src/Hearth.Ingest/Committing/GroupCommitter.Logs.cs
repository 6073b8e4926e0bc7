using Microsoft.Extensions.Logging;

namespace Hearth.Ingest.Committing;

/// <summary>What it says.</summary>
internal sealed partial class GroupCommitter
{
    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "The store does not take data: {Reason} Trying again.")]
    private partial void LogFailing(string reason);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Information, Message = "The store takes data again.")]
    private partial void LogRecovered();

    [LoggerMessage(
        EventId = 3103,
        Level = LogLevel.Error,
        Message = "Gave up storing {Profiles} profiles, whose senders were told (batch {Token}): {Reason}")]
    private partial void LogGivenUp(int profiles, string reason, string token);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Warning, Message = "Stopped before the last batch was stored; its senders were told.")]
    private partial void LogDrainFailed();
}
