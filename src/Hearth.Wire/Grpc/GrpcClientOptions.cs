using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography.X509Certificates;

namespace Hearth.Wire.Grpc;

/// <summary>Where and how a <see cref="GrpcClient"/> calls.</summary>
public sealed class GrpcClientOptions
{
    /// <summary>The server: http (HTTP/2 by prior knowledge) or https. A path is put in front of every method.</summary>
    [Required]
    public required Uri Endpoint { get; init; }

    /// <summary>Compress requests of more than a kilobyte. Default true.</summary>
    public bool Gzip { get; init; } = true;

    /// <summary>Longest wait for a whole call; sent as grpc-timeout and counted here too. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a connection, TLS included. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest reply message in bytes, before and after decompression. Default 4 MiB, the OTLP limit for clients.</summary>
    [Range(1, 1 << 30)]
    public int ReplyBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Largest sum of response headers and trailers, in KiB. Default 16.</summary>
    [Range(1, 1024)]
    public int HeaderKilobytesMax { get; init; } = 16;

    /// <summary>Headers sent with every call.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gives the Authorization header of each call, so that a token may be renewed; null, or a null answer, sends none.</summary>
    public Func<string?>? Authorization { get; init; }

    /// <summary>The certificate this side shows (mutual TLS); it needs its private key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The only roots a server's certificate may chain to; null trusts what the machine trusts.</summary>
    public X509Certificate2Collection? ServerRoots { get; init; }

    /// <summary>Quiet time after which the connection is tested with an HTTP/2 ping. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for the answer to a ping. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Age at which a connection is replaced, so that name changes and new servers are noticed. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Where the deadline is counted.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
