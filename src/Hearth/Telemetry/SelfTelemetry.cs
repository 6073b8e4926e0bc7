using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hearth.Telemetry;

/// <summary>
/// Hearth's own metrics, traces and logs through the OTLP exporter. Off unless <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other
/// <c>OTEL_*</c> variables are read by the exporter itself. The service name is <c>hearth-ROLE</c> unless <c>OTEL_SERVICE_NAME</c> says
/// otherwise.
/// </summary>
internal sealed class SelfTelemetry : IDisposable
{
    private readonly MeterProvider? _meters;
    private readonly TracerProvider? _tracers;

    private SelfTelemetry(ResourceBuilder? resource, MeterProvider? meters, TracerProvider? tracers)
    {
        Resource = resource;
        _meters = meters;
        _tracers = tracers;
    }

    /// <summary>True when something is exported.</summary>
    public bool IsOn => Resource is not null;

    /// <summary>Who speaks, or null when off.</summary>
    public ResourceBuilder? Resource { get; }

    /// <summary>Starts exporting when asked to.</summary>
    public static SelfTelemetry Start(string role)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            return new SelfTelemetry(null, null, null);
        }

        // The environment detector comes last so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
        ResourceBuilder resource = ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService($"hearth-{role}", serviceNamespace: null, autoGenerateServiceInstanceId: true)
            .AddEnvironmentVariableDetector();
        MeterProvider meters = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("Hearth.*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
            .AddOtlpExporter()
            .Build();
        TracerProvider tracers = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("Hearth.*", "Microsoft.AspNetCore", "System.Net.Http")
            .AddOtlpExporter()
            .Build();
        return new SelfTelemetry(resource, meters, tracers);
    }

    /// <summary>Sends the last of it. The exporter's own deadline bounds the wait; what cannot be sent by then is dropped.</summary>
    public void Dispose()
    {
        _meters?.Shutdown(FlushMillisecondsMax);
        _tracers?.Shutdown(FlushMillisecondsMax);
        _meters?.Dispose();
        _tracers?.Dispose();
    }

    private const int FlushMillisecondsMax = 500;
}
