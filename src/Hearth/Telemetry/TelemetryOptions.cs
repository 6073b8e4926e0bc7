using Microsoft.Extensions.Logging;

namespace Hearth.Telemetry;

/// <summary>What Hearth says about itself. The OTLP exporter is off unless the standard variable names an endpoint.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>Least level written to standard error and exported.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
