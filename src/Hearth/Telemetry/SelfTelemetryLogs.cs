using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace Hearth.Telemetry;

/// <summary>Adds the OTLP exporter to the logs when self-telemetry is on.</summary>
internal static class SelfTelemetryLogs
{
    /// <summary>Exports logs under the same resource as metrics and traces.</summary>
    public static ILoggingBuilder AddSelfTelemetry(this ILoggingBuilder logging, SelfTelemetry telemetry)
    {
        if (telemetry.Resource is { } resource)
        {
            logging.AddOpenTelemetry(options =>
            {
                options.IncludeFormattedMessage = true;
                options.SetResourceBuilder(resource);
                options.AddOtlpExporter();
            });
        }

        return logging;
    }
}
