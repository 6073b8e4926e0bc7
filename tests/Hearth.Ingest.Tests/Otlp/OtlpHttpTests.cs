using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Hearth.Ingest.Tests.Committing;
using Hearth.Testing;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Ingest.Tests.Otlp;

/// <summary>OTLP over HTTP: what is answered to what, with a store that takes everything or nothing.</summary>
public sealed class OtlpHttpTests
{
    private const string Path = "/v1development/profiles";

    private readonly FakeStore _store = new();

    [Theory]
    [InlineData("/v1development/profiles", false)]
    [InlineData("/v1development/profiles", true)]
    [InlineData("/v1/profiles", false)]
    public async Task Post_GoodRequest_IsStoredBeforeTheAnswer(string path, bool gzip)
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await PostAsync(host, OtlpRequest.Of("shop", 1, 2, 3), path, gzip);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/x-protobuf", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(3, Assert.Single(_store.Attempts).Rows["sample"]);
    }

    [Fact]
    public async Task Post_Empty_IsSuccess()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await PostAsync(host, []);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Empty(_store.Attempts);
    }

    [Fact]
    public async Task Post_SomeProfilesRefused_IsPartialSuccessWithReasons()
    {
        DocumentBuilder builder = new();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        builder.Sample(builder.Profile(builder.Group(("service.name", "good")), now), builder.Stack("leaf"), 5);
        builder.Sample(builder.Profile(builder.Group(("service.name", "old")), now.AddHours(-5)), builder.Stack("leaf"), 7);
        builder.Sample(builder.Profile(builder.Group(("service.name", "older")), now.AddHours(-6)), builder.Stack("leaf"), 9);
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await PostAsync(host, OtlpRequest.Of(builder.Document));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        (long? rejected, string? message) = OtlpRequest.Reply(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(2, rejected);
        Assert.Equal("A profile starts 5 h ago; at most 60 min are accepted. (2 times)", message);
        Assert.Equal(1, Assert.Single(_store.Attempts).Rows["profile"]);
    }

    [Fact]
    public async Task Post_OldLayout_IsPartialSuccessThatNamesTheLayout()
    {
        byte[] old = await File.ReadAllBytesAsync(Repository.SharedData("otlp/sig-profiling-profile-v1.9.otlp"));
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await PostAsync(host, old);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        (long? rejected, string? message) = OtlpRequest.Reply(await answer.Content.ReadAsByteArrayAsync());
        Assert.True(rejected > 0);
        Assert.Contains("1.10", message, StringComparison.Ordinal);
        Assert.Empty(_store.Attempts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(60)]
    public async Task Post_Truncated_Is400AndNothingIsStored(int cut)
    {
        byte[] request = OtlpRequest.Of("shop", 1, 2, 3);
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await PostAsync(host, request[..^cut]);

        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, RpcCode.InvalidArgument, "request");
        Assert.Empty(_store.Attempts);
        using HttpResponseMessage next = await PostAsync(host, request);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Post_GzipDamaged_Is400()
    {
        byte[] gzip = Gzip(OtlpRequest.Of("shop", 1, 2, 3));
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await SendAsync(host, gzip[..^9], encoding: "gzip");
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, RpcCode.InvalidArgument, "damaged");
    }

    [Fact]
    public async Task Post_Bomb_Is413AndCostsNoMemory()
    {
        byte[] bomb = Gzip(new byte[64 << 20]);
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync, new IngestOptions { MessageBytesMax = 1 << 20 });
        using HttpResponseMessage answer = await SendAsync(host, bomb, encoding: "gzip");
        await AssertRefusedAsync(answer, HttpStatusCode.RequestEntityTooLarge, RpcCode.ResourceExhausted, "1048576");
    }

    [Fact]
    public async Task Post_TooLarge_Is413()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync, new IngestOptions { MessageBytesMax = 1 << 20 });
        using HttpResponseMessage answer = await SendAsync(host, new byte[(1 << 20) + 1]);
        await AssertRefusedAsync(answer, HttpStatusCode.RequestEntityTooLarge, RpcCode.ResourceExhausted, "1048576");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Post_OtherContentType_Is415(string? type)
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await SendAsync(host, OtlpRequest.Of("shop", 1), type);
        await AssertRefusedAsync(answer, HttpStatusCode.UnsupportedMediaType, RpcCode.InvalidArgument, "application/x-protobuf");
    }

    [Fact]
    public async Task Post_OtherEncoding_Is415()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await SendAsync(host, OtlpRequest.Of("shop", 1), encoding: "br");
        await AssertRefusedAsync(answer, HttpStatusCode.UnsupportedMediaType, RpcCode.InvalidArgument, "gzip");
    }

    [Fact]
    public async Task Get_Is405()
    {
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync);
        using HttpResponseMessage answer = await host.Http.GetAsync(new Uri(Path, UriKind.Relative));
        await AssertRefusedAsync(answer, HttpStatusCode.MethodNotAllowed, RpcCode.Unimplemented, "POST");
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Post_StoreFails_Is503WithARetryHint()
    {
        _store.IsFailing = true;
        await using IngestHost host = await IngestHost.StartAsync(_store.InsertAsync, new IngestOptions { RetryAfterSeconds = 7 });
        using HttpResponseMessage answer = await PostAsync(host, OtlpRequest.Of("shop", 1));

        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter?.Delta);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(TimeSpan.FromSeconds(7), RpcStatusDetails.RetryDelay(body));
        await AssertRefusedAsync(answer, HttpStatusCode.ServiceUnavailable, RpcCode.Unavailable, "again");
    }

    [Fact]
    public async Task Post_MoreAtOnceThanAllowed_Is503()
    {
        _store.Hold();
        await using IngestHost host = await IngestHost.StartAsync(
            _store.InsertAsync, new IngestOptions { RequestsMax = 1, RequestQueueMax = 0 });
        Task<HttpResponseMessage> first = PostAsync(host, OtlpRequest.Of("first", 1));
        await _store.ArrivedAsync();
        using HttpResponseMessage second = await PostAsync(host, OtlpRequest.Of("second", 1));
        await AssertRefusedAsync(second, HttpStatusCode.ServiceUnavailable, RpcCode.Unavailable, "Too many");
        Assert.NotNull(second.Headers.RetryAfter);
        _store.Release();
        using HttpResponseMessage stored = await first;
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(IngestHost host, byte[] request, string path = Path, bool gzip = false) =>
        SendAsync(host, gzip ? Gzip(request) : request, encoding: gzip ? "gzip" : null, path: path);

    private static async Task<HttpResponseMessage> SendAsync(
        IngestHost host, byte[] body, string? type = "application/x-protobuf", string? encoding = null, string path = Path)
    {
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await host.Http.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, RpcCode code, string says)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/x-protobuf", answer.Content.Headers.ContentType?.MediaType);
        (int actual, string message) = OtlpRequest.Status(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((int)code, actual);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }
}
