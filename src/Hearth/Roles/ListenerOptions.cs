using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Hearth.Roles;

/// <summary>Where a role listens. Port 0 takes a free one, which the ready line names.</summary>
internal sealed class ListenerOptions : IValidatableObject
{
    /// <summary>Address of every listener: an IP address, <c>localhost</c>, or <c>*</c> for all.</summary>
    [Required]
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>Read API, HTTP/1.1.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; init; } = 4040;

    /// <summary>OTLP over gRPC, HTTP/2 without TLS.</summary>
    [Range(0, 65535)]
    public int OtlpGrpcPort { get; init; } = 4317;

    /// <summary>OTLP over HTTP/1.1.</summary>
    [Range(0, 65535)]
    public int OtlpHttpPort { get; init; } = 4318;

    /// <summary>Health checks and metrics.</summary>
    [Range(0, 65535)]
    public int AdminPort { get; init; } = 4041;

    /// <summary>The address as the socket wants it.</summary>
    public IPAddress Address => TryAddress(Listen) ?? IPAddress.Loopback;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TryAddress(Listen) is null)
        {
            yield return new ValidationResult("must be an IP address, localhost, or * for all addresses", [nameof(Listen)]);
        }

        (string Name, int Port)[] ports =
        [
            (nameof(HttpPort), HttpPort), (nameof(OtlpGrpcPort), OtlpGrpcPort),
            (nameof(OtlpHttpPort), OtlpHttpPort), (nameof(AdminPort), AdminPort),
        ];
        for (int i = 1; i < ports.Length; i++)
        {
            if (ports[i].Port != 0 && ports.Take(i).Any(p => p.Port == ports[i].Port))
            {
                yield return new ValidationResult("is used twice; every listener needs its own port", [ports[i].Name]);
            }
        }
    }

    private static IPAddress? TryAddress(string text) => text switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        _ => IPAddress.TryParse(text, out IPAddress? address) ? address : null,
    };
}
