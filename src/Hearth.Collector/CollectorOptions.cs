using System.ComponentModel.DataAnnotations;

namespace Hearth.Collector;

/// <summary>What a collector does and the bounds it keeps. Validated as a whole by <see cref="Validate"/>.</summary>
public sealed class CollectorOptions
{
    /// <summary>Samples per second and busy CPU. Fixed period, so samples of different frequencies add up.</summary>
    [Range(1, 999)]
    public int FrequencyHz { get; set; } = 19;

    /// <summary>Length of a window, seconds; windows start at multiples of it on the wall clock.</summary>
    [Range(1, 300)]
    public int WindowSeconds { get; set; } = 15;

    /// <summary>OTLP gRPC endpoint, <c>http://host:port</c> or <c>https://host:port</c>.</summary>
    [Required]
    public Uri Ingest { get; set; } = new("http://127.0.0.1:4317");

    /// <summary>File with a bearer token, read again for every request so that it can be rotated; null: none is sent.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Overrides service.name of every profile; null: found out per process.</summary>
    [StringLength(255, MinimumLength = 1)]
    public string? ServiceName { get; set; }

    /// <summary>Root of procfs as the collector sees the host.</summary>
    [Required]
    public string ProcRoot { get; set; } = "/proc";

    /// <summary>Data pages of each CPU's ring, a power of two. 128 is what perf_event_mlock_kb allows without CAP_IPC_LOCK.</summary>
    [Range(8, 4096)]
    public int RingPages { get; set; } = 128;

    /// <summary>Milliseconds between two reads of the rings when none fills up before.</summary>
    [Range(10, 5000)]
    public int DrainIntervalMs { get; set; } = 200;

    /// <summary>
    /// Processes remembered; past it the one not seen for longest is forgotten (and read from procfs when it shows up again).
    /// </summary>
    [Range(64, 1_000_000)]
    public int ProcessesMax { get; set; } = 16_384;

    /// <summary>Distinct stacks per window; the rest of a process goes to its <c>[other]</c> stack.</summary>
    [Range(64, 1_000_000)]
    public int StacksPerWindowMax { get; set; } = 32_768;

    /// <summary>Frames kept per stack; the kernel delivers 127 unless perf_event_max_stack says otherwise.</summary>
    [Range(8, 1024)]
    public int FramesPerStackMax { get; set; } = 1024;

    /// <summary>Bytes of one export request before compression; a window is split over several.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int BatchBytesMax { get; set; } = 3 * 1024 * 1024;

    /// <summary>Bytes of requests waiting to be sent; past it the oldest is dropped and counted.</summary>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int QueueBytesMax { get; set; } = 16 * 1024 * 1024;

    /// <summary>Seconds after the end of a window over which sending is spread, so that a fleet does not send at once.</summary>
    [Range(0, 60)]
    public double SendJitterSeconds { get; set; } = 2;

    /// <summary>Seconds one export may take.</summary>
    [Range(0.1, 300)]
    public double ExportTimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds the last window may take to leave at shutdown.</summary>
    [Range(0.1, 60)]
    public double ShutdownSeconds { get; set; } = 3;

    /// <summary>Every mistake, one sentence each; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        List<string> mistakes = [.. results.Select(r => r.ErrorMessage ?? "Invalid collector options.")];
        if (Ingest is { } ingest && (!ingest.IsAbsoluteUri || (ingest.Scheme != Uri.UriSchemeHttp && ingest.Scheme != Uri.UriSchemeHttps)))
        {
            mistakes.Add($"Ingest must be an absolute http or https address such as http://127.0.0.1:4317, not '{ingest}'.");
        }

        if ((RingPages & (RingPages - 1)) != 0)
        {
            mistakes.Add($"RingPages must be a power of two, not {RingPages}.");
        }

        if (QueueBytesMax < BatchBytesMax)
        {
            mistakes.Add($"QueueBytesMax ({QueueBytesMax}) must not be smaller than BatchBytesMax ({BatchBytesMax}).");
        }

        if (TokenFile is { } file && !File.Exists(file))
        {
            mistakes.Add($"TokenFile '{file}' does not exist or may not be read.");
        }

        return mistakes;
    }
}
