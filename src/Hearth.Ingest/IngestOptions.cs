using System.ComponentModel.DataAnnotations;

namespace Hearth.Ingest;

/// <summary>What the ingest role accepts and how it writes. The initialisers are the defaults.</summary>
public sealed class IngestOptions
{
    /// <summary>Tenant of everything received; the one seam until requests carry their own.</summary>
    [Required, StringLength(150, MinimumLength = 1)]
    public string Tenant { get; set; } = "anonymous";

    /// <summary>Name of this writer in stored profiles; empty takes the machine's name.</summary>
    [StringLength(253)]
    public string WriterName { get; set; } = "";

    /// <summary>Largest request after decompression, bytes. 64 MiB is what OTLP recommends.</summary>
    [Range(1024, 1 << 30)]
    public int MessageBytesMax { get; set; } = 64 << 20;

    /// <summary>Largest request as it comes over the wire, bytes.</summary>
    [Range(1024, 1 << 30)]
    public int CompressedBytesMax { get; set; } = 32 << 20;

    /// <summary>A request body has to be complete after this many seconds.</summary>
    [Range(1, 600)]
    public int BodyTimeoutSeconds { get; set; } = 30;

    /// <summary>Requests read, shaped or waiting for their insert at once; more wait in <see cref="RequestQueueMax"/>.</summary>
    [Range(1, 4096)]
    public int RequestsMax { get; set; } = 64;

    /// <summary>Requests that wait for a free place; past it the answer is 503 with a retry hint.</summary>
    [Range(0, 65536)]
    public int RequestQueueMax { get; set; } = 512;

    /// <summary>Requests decoded and shaped at once, each with its own scratch memory; 0 means one per processor.</summary>
    [Range(0, 256)]
    public int ShapersMax { get; set; }

    /// <summary>Samples of one profile; a profile with more is refused.</summary>
    [Range(1, 16_777_216)]
    public int SamplesPerProfileMax { get; set; } = 262_144;

    /// <summary>Frames of one stack; the callers above are replaced by one frame that says so.</summary>
    [Range(8, 65_536)]
    public int StackDepthMax { get; set; } = 1024;

    /// <summary>Series that sample attributes may split one profile into; further samples stay in the profile's own series.</summary>
    [Range(1, 65_536)]
    public int SubSeriesPerProfileMax { get; set; } = 256;

    /// <summary>Labels of one series; a profile with more is refused.</summary>
    [Range(1, 1024)]
    public int LabelsPerSeriesMax { get; set; } = 64;

    /// <summary>UTF-8 bytes of one label value; a profile with a longer one is refused.</summary>
    [Range(16, 65_536)]
    public int LabelValueBytesMax { get; set; } = 2048;

    /// <summary>A profile that starts longer ago than this many seconds is refused.</summary>
    [Range(1, int.MaxValue)]
    public int PastSecondsMax { get; set; } = 3600;

    /// <summary>A profile that starts later than this many seconds from now is refused.</summary>
    [Range(1, 86_400)]
    public int FutureSecondsMax { get; set; } = 600;

    /// <summary>Days that profiles are kept.</summary>
    [Range(1, 3650)]
    public int RetentionDays { get; set; } = 30;

    /// <summary>Milliseconds a batch stays open for other requests before it is inserted.</summary>
    [Range(0, 20)]
    public int BatchLingerMs { get; set; } = 5;

    /// <summary>Sample rows after which a batch takes no further request.</summary>
    [Range(1, 16_777_216)]
    public int BatchRowsMax { get; set; } = 524_288;

    /// <summary>Profiles after which a batch takes no further request.</summary>
    [Range(1, 1_048_576)]
    public int BatchProfilesMax { get; set; } = 65_536;

    /// <summary>One attempt to insert a batch may take this many seconds.</summary>
    [Range(1, 600)]
    public int InsertTimeoutSeconds { get; set; } = 30;

    /// <summary>A batch that cannot be inserted is tried again, unchanged, for this many seconds, then dropped and counted.</summary>
    [Range(0, 86_400)]
    public int InsertRetrySeconds { get; set; } = 600;

    /// <summary>What a sender is told to wait before it tries again, seconds.</summary>
    [Range(1, 3600)]
    public int RetryAfterSeconds { get; set; } = 5;

    /// <summary>Symbols (stacks, frames, functions, mappings, series) remembered as written today; 16 bytes each at half load.</summary>
    [Range(1024, 1 << 28)]
    public int KnownSymbolsMax { get; set; } = 1 << 21;

    /// <summary>Profile identities remembered to recognise a resend.</summary>
    [Range(1024, 1 << 26)]
    public int RecentProfilesMax { get; set; } = 1 << 20;

    /// <summary>Seconds a profile identity is remembered.</summary>
    [Range(1, 86_400)]
    public int RecentProfilesSeconds { get; set; } = 3600;

    /// <summary>Every mistake in these options, one sentence each; empty when there is none.</summary>
    public IReadOnlyList<string> Mistakes()
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage ?? "An ingest option is wrong.")];
    }
}
