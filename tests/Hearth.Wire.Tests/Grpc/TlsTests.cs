using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

public sealed class TlsTests
{
    [Fact]
    public async Task Unary_MutualTls_ShowsTheClientCertificate()
    {
        using X509Certificate2 server = SelfSigned("localhost");
        using X509Certificate2 client = SelfSigned("collector-7");
        string? seen = null;
        await using RawServer host = await RawServer.StartAsync(
            async context =>
            {
                seen = context.Connection.ClientCertificate?.Subject;
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5]);
                context.Response.AppendTrailer("grpc-status", "0");
            },
            server);
        using GrpcClient grpc = new(new GrpcClientOptions
        {
            Endpoint = new Uri($"https://localhost:{host.Address.Port}"),
            ServerRoots = [server],
            ClientCertificate = client,
        });
        GrpcReply reply = await grpc.UnaryAsync("/x.Y/Z", default, TestContext.Current.CancellationToken);
        Assert.True(reply.IsOk, reply.Message);
        Assert.Equal("CN=collector-7", seen);
    }

    [Fact]
    public async Task Unary_UnknownRoot_IsRefused()
    {
        using X509Certificate2 server = SelfSigned("localhost");
        using X509Certificate2 other = SelfSigned("localhost");
        bool reached = false;
        await using RawServer host = await RawServer.StartAsync(
            _ =>
            {
                reached = true;
                return Task.CompletedTask;
            },
            server);
        foreach (X509Certificate2Collection? roots in new[] { null, new X509Certificate2Collection(other) })
        {
            using GrpcClient grpc = new(new GrpcClientOptions
            {
                Endpoint = new Uri($"https://localhost:{host.Address.Port}"),
                ServerRoots = roots,
            });
            GrpcReply reply = await grpc.UnaryAsync("/x.Y/Z", default, TestContext.Current.CancellationToken);
            Assert.Equal(RpcCode.Unavailable, reply.Code);
            Assert.Contains("certificate", reply.Message, StringComparison.Ordinal);
        }

        Assert.False(reached);
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
