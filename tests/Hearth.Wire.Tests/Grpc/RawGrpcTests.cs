using System.Net;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

/// <summary>Requests no gRPC library would send.</summary>
public sealed class RawGrpcTests : IAsyncLifetime
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private WireHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await WireHost.StartAsync(
        new RpcLimits { MessageBytesMax = 10_000, CompressedBytesMax = 5_000, BodyTimeout = TimeSpan.FromMilliseconds(400) });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("", RpcCode.Unimplemented)]
    [InlineData("00", RpcCode.Internal)]
    [InlineData("00000000", RpcCode.Internal)]
    [InlineData("0000000002AA", RpcCode.Internal)]
    [InlineData("0000000001AABB", RpcCode.Unimplemented)]
    [InlineData("00000000000000000000", RpcCode.Unimplemented)]
    [InlineData("0100000001AA", RpcCode.Internal)]
    [InlineData("0200000001AA", RpcCode.Internal)]
    [InlineData("FFFFFFFFFF", RpcCode.Internal)]
    [InlineData("00FFFFFFFF", RpcCode.ResourceExhausted)]
    [InlineData("007FFFFFFF", RpcCode.ResourceExhausted)]
    [InlineData("0000002711", RpcCode.ResourceExhausted)]
    [InlineData("0000000001AA", RpcCode.Ok)]
    public async Task Frame_Malformed_HasItsCode(string hex, RpcCode code) =>
        Assert.Equal(code, await CodeAsync(Request("Echo", Convert.FromHexString(hex))));

    [Theory]
    [InlineData("0100000001AA", RpcCode.Internal)]
    [InlineData("010000000C1F8B080000000000000003", RpcCode.Internal)]
    [InlineData("01FFFFFFFF", RpcCode.ResourceExhausted)]
    [InlineData("0100001389", RpcCode.ResourceExhausted)]
    [InlineData("0100000000", RpcCode.Ok)]
    [InlineData("0000000001AA", RpcCode.Ok)]
    public async Task CompressedFrame_Malformed_HasItsCode(string hex, RpcCode code) =>
        Assert.Equal(code, await CodeAsync(Request("Echo", Convert.FromHexString(hex), ("grpc-encoding", "gzip"))));

    [Fact]
    public async Task Encoding_Unknown_IsUnimplementedAndNamesTheKnown()
    {
        using HttpResponseMessage response = await SendAsync(Request("Echo", new byte[5], ("grpc-encoding", "zstd")));
        Assert.Equal("12", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("identity,gzip", response.Headers.GetValues("grpc-accept-encoding").Single());
        Assert.Equal(0, response.Content.Headers.ContentLength ?? 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1s")]
    [InlineData("1 S")]
    public async Task Timeout_Malformed_IsRefused(string timeout) =>
        Assert.Equal(RpcCode.Internal, await CodeAsync(Request("Echo", new byte[5], ("grpc-timeout", timeout))));

    [Theory]
    [InlineData("0n")]
    [InlineData("50m")]
    [InlineData("99999n")]
    public async Task Timeout_Passes_IsDeadlineExceeded(string timeout) =>
        Assert.Equal(RpcCode.DeadlineExceeded, await CodeAsync(Request("Hang", new byte[5], ("grpc-timeout", timeout))));

    [Theory]
    [InlineData("99999999H")]
    [InlineData("99999999M")]
    public async Task Timeout_Huge_IsNoOverflow(string timeout) =>
        Assert.Equal(RpcCode.Ok, await CodeAsync(Request("Echo", new byte[5], ("grpc-timeout", timeout))));

    [Theory]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpcx", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("APPLICATION/GRPC; x=y", HttpStatusCode.OK)]
    public async Task ContentType_Other_Is415(string? type, HttpStatusCode status)
    {
        HttpRequestMessage request = Request("Echo", new byte[5]);
        request.Content!.Headers.Remove("Content-Type");
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage response = await SendAsync(request);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Method_Get_Is405WithAllow()
    {
        HttpRequestMessage request = Request("Echo", []);
        request.Method = HttpMethod.Get;
        using HttpResponseMessage response = await SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Version_Http11_Is426()
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(_host.Http, WireHost.Service + "Echo"))
        {
            Content = new ByteArrayContent(new byte[5]),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        using HttpResponseMessage response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Theory]
    [InlineData("/hearth.test.Echo/echo")]
    [InlineData("/hearth.test.Echo/Echo/")]
    [InlineData("//hearth.test.Echo/Echo")]
    [InlineData("/hearth.test.Echo%2FEcho")]
    [InlineData("/hearth.test.Echo/%45cho")]
    [InlineData("/x/../hearth.test.Echo/Ech")]
    public async Task Path_OtherSpelling_ReachesNoHandler(string path)
    {
        HttpRequestMessage request = Request("Echo", new byte[5]);
        UriCreationOptions asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };
        request.RequestUri = new Uri(_host.Grpc.GetLeftPart(UriPartial.Authority) + path, asWritten);
        Assert.Equal(RpcCode.Unimplemented, await CodeAsync(request));
    }

    [Fact]
    public async Task Body_ThatStalls_IsDeadlineExceededAndOthersGoOn()
    {
        HttpRequestMessage stalled = Request("Echo", []);
        using StallingContent content = new([0, 0, 0, 0, 9, 1]);
        stalled.Content = content;
        stalled.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        Task<RpcCode> waiting = CodeAsync(stalled);
        Assert.Equal(RpcCode.Ok, await CodeAsync(Request("Echo", new byte[5])));
        Assert.Equal(RpcCode.DeadlineExceeded, await waiting);
    }

    [Fact]
    public async Task Handler_ThrowsAnything_SaysNothingOfTheInside()
    {
        byte[] frame = [0, 0, 0, 0, 3, (byte)'x', (byte)'y', (byte)'z'];
        using HttpResponseMessage response = await SendAsync(Request("Fail", frame));
        Assert.Equal("13", response.Headers.GetValues("grpc-status").Single());
        string message = response.Headers.GetValues("grpc-message").Single();
        Assert.DoesNotContain("swordfish", message, StringComparison.Ordinal);
        string reference = message.Split("reference ")[1][..12];
        string line = Assert.Single(_host.Logged, line => line.Contains(reference, StringComparison.Ordinal));
        Assert.Contains(WireHost.Secret, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ok", RpcCode.Unknown)]
    [InlineData("cancel", RpcCode.Internal)]
    public async Task Handler_FailsOddly_HasACode(string how, RpcCode code)
    {
        byte[] frame = [0, 0, 0, 0, (byte)how.Length, .. System.Text.Encoding.ASCII.GetBytes(how)];
        Assert.Equal(code, await CodeAsync(Request("Fail", frame)));
    }

    [Fact]
    public async Task Client_GoesAway_HandlerIsCancelled()
    {
        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage> call = _http.SendAsync(Request("Hang", new byte[5]), leave.Token);
        await _host.HangEntered.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(await _host.HangCancelled.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private HttpRequestMessage Request(string method, byte[] body, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(_host.Grpc, WireHost.Service + method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        _http.SendAsync(request, TestContext.Current.CancellationToken);

    private async Task<RpcCode> CodeAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        await response.Content.ReadAsByteArrayAsync();
        string status = (response.Headers.TryGetValues("grpc-status", out IEnumerable<string>? values)
            ? values
            : response.TrailingHeaders.GetValues("grpc-status")).Single();
        return (RpcCode)int.Parse(status, System.Globalization.CultureInfo.InvariantCulture);
    }
}
