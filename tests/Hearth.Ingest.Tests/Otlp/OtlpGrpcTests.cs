using Hearth.Ingest.Otlp;
using Hearth.Ingest.Tests.Committing;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Model;
using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Ingest.Tests.Otlp;

/// <summary>OTLP over gRPC: what is answered to what, with a store that takes everything or nothing.</summary>
public sealed class OtlpGrpcTests
{
    private readonly FakeStore _store = new();

    [Fact]
    public async Task Export_GoodRequest_IsStoredBeforeTheAnswer()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        GrpcReply reply = await ExportAsync(host, OtlpRequest.Of("shop", 1, 2));
        Assert.Equal(RpcCode.Ok, reply.Code);
        Assert.Equal(0, reply.Body.Length);
        Assert.Equal(2, Assert.Single(_store.Attempts).Rows["sample"]);
    }

    [Fact]
    public async Task Export_Empty_IsSuccess()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        Assert.Equal(RpcCode.Ok, (await ExportAsync(host, [])).Code);
    }

    [Fact]
    public async Task Export_Malformed_IsInvalidArgumentAndNothingIsStored()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        GrpcReply reply = await ExportAsync(host, OtlpRequest.Of("shop", 1, 2)[..^3]);
        Assert.Equal(RpcCode.InvalidArgument, reply.Code);
        Assert.Contains("request", reply.Message, StringComparison.Ordinal);
        Assert.Equal(3, OtlpRequest.Status(reply.Details.Span).Code);
        Assert.Empty(_store.Attempts);
    }

    [Fact]
    public async Task Export_TooLarge_IsResourceExhaustedWithoutARetryHint()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync, new IngestOptions { MessageBytesMax = 1 << 20 });
        GrpcReply reply = await ExportAsync(host, new byte[(1 << 20) + 1]);
        Assert.Equal(RpcCode.ResourceExhausted, reply.Code);
        Assert.Null(reply.RetryAfter);
    }

    [Fact]
    public async Task Export_MoreProfilesThanARequestMayHave_IsResourceExhausted()
    {
        DocumentBuilder builder = new();
        ProfileGroup group = builder.Group(("service.name", "shop"));
        for (int i = 0; i <= DecodeLimits.Default.ProfilesMax; i++)
        {
            builder.Profile(group, TimeProvider.System.GetUtcNow());
        }

        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        GrpcReply reply = await ExportAsync(host, OtlpRequest.Of(builder.Document));
        Assert.Equal(RpcCode.ResourceExhausted, reply.Code);
        Assert.Empty(_store.Attempts);
    }

    [Fact]
    public async Task Export_StoreFails_IsUnavailableWithARetryHint()
    {
        _store.IsFailing = true;
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync, new IngestOptions { RetryAfterSeconds = 7 });
        GrpcReply reply = await ExportAsync(host, OtlpRequest.Of("shop", 1));
        Assert.Equal(RpcCode.Unavailable, reply.Code);
        Assert.Equal(TimeSpan.FromSeconds(7), reply.RetryAfter);
    }

    [Fact]
    public async Task Export_CallerGivesUp_TheDataIsStoredAndARetryIsNotStoredTwice()
    {
        byte[] request = OtlpRequest.Of("shop", 1);
        _store.Hold();
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using GrpcClient impatient = host.Grpc(TimeSpan.FromMilliseconds(500));
        GrpcReply first = await impatient.UnaryAsync(OtlpEndpoints.GrpcMethod, request, CancellationToken.None);
        Assert.Equal(RpcCode.DeadlineExceeded, first.Code);
        Task<GrpcReply> second = ExportAsync(host, request);
        _store.Release();
        Assert.Equal(RpcCode.Ok, (await second).Code);
        Assert.Single(_store.Attempts);
    }

    [Fact]
    public async Task Export_UnknownMethod_IsUnimplemented()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using GrpcClient client = host.Grpc();
        GrpcReply reply = await client.UnaryAsync(
            "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Import", default, CancellationToken.None);
        Assert.Equal(RpcCode.Unimplemented, reply.Code);
    }

    [Fact]
    public async Task Export_ManyAtOnce_AreFewInserts()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync, new IngestOptions { BatchLingerMs = 20 });
        using GrpcClient client = host.Grpc();
        GrpcReply[] replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            client.UnaryAsync(OtlpEndpoints.GrpcMethod, OtlpRequest.Of($"s{i}", i + 1), CancellationToken.None)));
        Assert.All(replies, reply => Assert.Equal(RpcCode.Ok, reply.Code));
        Assert.Equal(200, _store.Attempts.Sum(attempt => attempt.Rows["profile"]));
        Assert.InRange(_store.Attempts.Count, 1, 100);
    }

    private static async Task<GrpcReply> ExportAsync(IngestHost host, byte[] request)
    {
        using GrpcClient client = host.Grpc();
        return await client.UnaryAsync(OtlpEndpoints.GrpcMethod, request, CancellationToken.None);
    }
}
