using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hearth.Wire.Compression;
using Hearth.Wire.Rpc;

namespace Hearth.Wire.Grpc;

/// <summary>
/// Calls unary gRPC methods of one server over reused HTTP/2 connections. Replies, headers and trailers have limits; every call has a
/// deadline. Safe for concurrent use.
/// </summary>
public sealed class GrpcClient : IDisposable
{
    private const int CompressBytesMin = 1024;
    private readonly GrpcClientOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly string _base;
    private readonly string _timeout;

    /// <summary>Prepares; connects with the first call.</summary>
    public GrpcClient(GrpcClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Endpoint.IsAbsoluteUri || options.Endpoint.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException(
                $"\"{options.Endpoint}\" is no gRPC endpoint; write http://host:port or https://host:port.", nameof(options));
        }

        _options = options;
        _base = options.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _timeout = GrpcTimeout.Format(options.Deadline);
        _http = new HttpMessageInvoker(CreateHandler(options));
    }

    /// <summary>
    /// Calls "/package.Service/Method" with one encoded message. Every failure is a code in the reply; only the caller's own cancellation
    /// throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public async Task<GrpcReply> UnaryAsync(string method, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        using RpcDeadline deadline = new(_options.Clock, _options.Deadline, cancellation);
        using HttpRequestMessage request = CreateRequest(method, message);
        GrpcReply reply;
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, deadline.Token);
            reply = await ReadReplyAsync(response, deadline.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            reply = deadline.Expired
                ? new GrpcReply { Code = RpcCode.DeadlineExceeded, Message = $"No answer within {_options.Deadline.TotalSeconds} s." }
                : GrpcStatus.FromTransport(error);
        }

        WireMetrics.Called(method, reply.Code);
        return reply;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler(GrpcClientOptions options)
    {
        SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = options.ConnectionLifetime,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            MaxResponseHeadersLength = options.HeaderKilobytesMax,
            ActivityHeadersPropagator = null,
        };
        SslClientAuthenticationOptions tls = handler.SslOptions;
        if (options.ClientCertificate is X509Certificate2 certificate)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        if (options.ServerRoots is X509Certificate2Collection roots)
        {
            X509ChainPolicy policy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(roots);
            tls.CertificateChainPolicy = policy;
        }

        return handler;
    }

    private HttpRequestMessage CreateRequest(string method, ReadOnlyMemory<byte> message)
    {
        byte[] frame = CreateFrame(message.Span, out bool compressed);
        HttpRequestMessage request = new(HttpMethod.Post, _base + method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new GrpcRequestContent(frame),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-timeout", _timeout);
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity,gzip");
        request.Headers.TryAddWithoutValidation("user-agent", "hearth");
        if (compressed)
        {
            request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
        }

        if (_options.Authorization?.Invoke() is string authorization)
        {
            request.Headers.TryAddWithoutValidation("authorization", authorization);
        }

        foreach ((string name, string value) in _options.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private byte[] CreateFrame(ReadOnlySpan<byte> message, out bool compressed)
    {
        using PooledBuffer gzip = new();
        compressed = _options.Gzip && message.Length >= CompressBytesMin;
        if (compressed)
        {
            Gzip.Compress(message, gzip);
            compressed = gzip.Length < message.Length;
        }

        ReadOnlySpan<byte> payload = compressed ? gzip.Written : message;
        byte[] frame = new byte[GrpcFrame.HeaderBytes + payload.Length];
        GrpcFrame.WriteHeader(frame, compressed, payload.Length);
        payload.CopyTo(frame.AsSpan(GrpcFrame.HeaderBytes));
        return frame;
    }

    private async Task<GrpcReply> ReadReplyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (GrpcStatus.Read(response.Headers) is GrpcReply trailersOnly)
        {
            return trailersOnly.IsOk
                ? new GrpcReply { Code = RpcCode.Internal, Message = "The server answered OK without a message." }
                : trailersOnly;
        }

        if (response.StatusCode != HttpStatusCode.OK || !GrpcContentType.IsGrpc(response.Content.Headers.ContentType?.ToString()))
        {
            return GrpcStatus.FromHttp(response, _options.Clock);
        }

        using PooledBuffer raw = new();
        if (!await CopyAsync(response, raw, cancellation))
        {
            return TooLarge();
        }

        if (GrpcStatus.Read(response.TrailingHeaders) is not GrpcReply status)
        {
            return new GrpcReply { Code = RpcCode.Internal, Message = "The server's answer ended without a status." };
        }

        return status.IsOk ? Unwrap(response, raw) : status;
    }

    private async Task<bool> CopyAsync(HttpResponseMessage response, PooledBuffer raw, CancellationToken cancellation)
    {
        const int ReadBytes = 16 * 1024;
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        while (true)
        {
            int read = await body.ReadAsync(raw.GetMemory(ReadBytes), cancellation);
            raw.Advance(read);
            if (read == 0 || raw.Length - GrpcFrame.HeaderBytes > _options.ReplyBytesMax)
            {
                return read == 0;
            }
        }
    }

    private GrpcReply Unwrap(HttpResponseMessage response, PooledBuffer raw)
    {
        ReadOnlySpan<byte> frame = raw.Written;
        if (frame.Length < GrpcFrame.HeaderBytes
            || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) != frame.Length - GrpcFrame.HeaderBytes || frame[0] > 1)
        {
            return new GrpcReply { Code = RpcCode.Internal, Message = "The server's answer is not exactly one message." };
        }

        ReadOnlySpan<byte> message = frame[GrpcFrame.HeaderBytes..];
        if (frame[0] == 0)
        {
            return new GrpcReply { Code = RpcCode.Ok, Body = message.ToArray() };
        }

        if (!response.Headers.TryGetValues("grpc-encoding", out IEnumerable<string>? encodings) || !encodings.SequenceEqual(["gzip"]))
        {
            return new GrpcReply
            {
                Code = RpcCode.Internal,
                Message = "The server's answer is compressed in a way this side did not offer.",
            };
        }

        using PooledBuffer inflated = new();
        DecompressResult result = Gzip.Decompress(message, inflated, _options.ReplyBytesMax);
        return result switch
        {
            DecompressResult.Ok => new GrpcReply { Code = RpcCode.Ok, Body = inflated.Written.ToArray() },
            DecompressResult.TooLarge => TooLarge(),
            _ => new GrpcReply { Code = RpcCode.Internal, Message = $"The gzip data of the server's answer is damaged ({result})." },
        };
    }

    private GrpcReply TooLarge() => new()
    {
        Code = RpcCode.ResourceExhausted,
        Message = $"The server's answer is more than {_options.ReplyBytesMax} bytes.",
    };
}
