namespace Hearth.Ingest.Otlp;

/// <summary>How an export request ended, whatever transport it came by.</summary>
internal enum ExportStatus
{
    /// <summary>All that was not refused is stored.</summary>
    Stored,

    /// <summary>The bytes are no request; sending them again cannot help.</summary>
    Malformed,

    /// <summary>More of something than is accepted in one request; sending it again cannot help.</summary>
    TooLarge,

    /// <summary>The store does not take data at the moment; sending the request again later may help.</summary>
    Unavailable,
}

/// <summary>How an export request ended, and what its sender is told.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="RejectedProfiles">Profiles that are not stored although the request succeeded.</param>
/// <param name="Message">A sentence for the sender; empty when there is nothing to say.</param>
internal readonly record struct ExportOutcome(ExportStatus Status, long RejectedProfiles, string Message);
