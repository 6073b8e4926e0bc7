using System.Net;
using System.Text;
using System.Text.Json;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Connect;

public sealed class ConnectTests : IAsyncLifetime
{
    private const string RawHead =
        $"POST {WireHost.Connect}Echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/proto\r\n";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
    private WireHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await WireHost.StartAsync(
        new RpcLimits { MessageBytesMax = 100_000, CompressedBytesMax = 5_000, BodyTimeout = TimeSpan.FromMilliseconds(400) });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("application/proto", "Proto", "application/proto")]
    [InlineData("application/json", "Json", "application/json")]
    [InlineData("application/json; charset=utf-8", "Json", "application/json")]
    [InlineData("Application/JSON;charset=\"UTF-8\"", "Json", "application/json")]
    public async Task Unary_ContentType_ChoosesTheCodec(string type, string codec, string answered)
    {
        using HttpResponseMessage response = await PostAsync(
            "Describe", "{}"u8.ToArray(), type, ("x-test", "h"), ("Connect-Timeout-Ms", "20000"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answered, response.Content.Headers.ContentType?.ToString());
        Assert.Equal($"/hearth.test.Connect/Describe|2|h|True|127.0.0.1|{codec}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("application/connect+proto")]
    [InlineData("application/x-protobuf")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Unary_OtherContentType_Is415(string? type)
    {
        using HttpResponseMessage response = await PostAsync("Echo", "{}"u8.ToArray(), type);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/proto", response.Headers.GetValues("Accept-Post").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/hearth.test.Connect/Nope")]
    [InlineData("/hearth.test.Connect/echo")]
    [InlineData("/hearth.test.connect/Echo")]
    [InlineData("/hearth.test.Connect/Echo/")]
    [InlineData("//hearth.test.Connect/Echo")]
    public async Task Unary_UnknownMethod_Is404(string path)
    {
        using StringContent content = new("{}", Encoding.UTF8, "application/json");
        UriCreationOptions asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };
        Uri uri = new(_host.Http.GetLeftPart(UriPartial.Authority) + path, asWritten);
        using HttpResponseMessage response = await _http.PostAsync(uri, content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Unary_Get_Is405()
    {
        using HttpResponseMessage response = await _http.GetAsync(
            new Uri(_host.Http, WireHost.Connect + "Echo"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Unary_EmptyBody_IsAnErrorInJsonAndAMessageInProto()
    {
        using HttpResponseMessage json = await PostAsync("Echo", [], "application/json");
        Assert.Equal(("invalid_argument", HttpStatusCode.BadRequest), (await CodeAsync(json), json.StatusCode));
        using HttpResponseMessage proto = await PostAsync("Echo", [], "application/proto");
        Assert.Equal(HttpStatusCode.OK, proto.StatusCode);
        Assert.Equal(0, proto.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData(RpcCode.Canceled, 499, "canceled")]
    [InlineData(RpcCode.Unknown, 500, "unknown")]
    [InlineData(RpcCode.InvalidArgument, 400, "invalid_argument")]
    [InlineData(RpcCode.DeadlineExceeded, 504, "deadline_exceeded")]
    [InlineData(RpcCode.NotFound, 404, "not_found")]
    [InlineData(RpcCode.AlreadyExists, 409, "already_exists")]
    [InlineData(RpcCode.PermissionDenied, 403, "permission_denied")]
    [InlineData(RpcCode.ResourceExhausted, 429, "resource_exhausted")]
    [InlineData(RpcCode.FailedPrecondition, 400, "failed_precondition")]
    [InlineData(RpcCode.Aborted, 409, "aborted")]
    [InlineData(RpcCode.OutOfRange, 400, "out_of_range")]
    [InlineData(RpcCode.Unimplemented, 501, "unimplemented")]
    [InlineData(RpcCode.Internal, 500, "internal")]
    [InlineData(RpcCode.Unavailable, 503, "unavailable")]
    [InlineData(RpcCode.DataLoss, 500, "data_loss")]
    [InlineData(RpcCode.Unauthenticated, 401, "unauthenticated")]
    public async Task Error_EveryCode_HasItsHttpStatus(RpcCode code, int status, string name)
    {
        using HttpResponseMessage response = await PostAsync("Fail", Encoding.ASCII.GetBytes(code.ToString()), "application/proto");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(name, await CodeAsync(response));
    }

    [Fact]
    public async Task Error_Details_AreTypedBase64AndRetryAfterIsSet()
    {
        using HttpResponseMessage response = await PostAsync("Fail", "retry"u8.ToArray(), "application/json");
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
        Assert.Equal(
            """{"code":"unavailable","message":"Busy.","details":[{"type":"google.rpc.RetryInfo","value":"CggIAhCAyrXuAQ"}]}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Error_Unexpected_SaysNothingOfTheInside()
    {
        using HttpResponseMessage response = await PostAsync("Fail", "zzz"u8.ToArray(), "application/json");
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("reference", body, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compression_GzipAndDeflate_AreRead()
    {
        byte[] content = TestBytes.Compressible(new Random(1), 6_000);
        foreach ((string name, byte[] packed) in new[]
        {
            ("gzip", TestBytes.Gzip(content, System.IO.Compression.CompressionLevel.Optimal)),
            ("deflate", TestBytes.Zlib(content, System.IO.Compression.CompressionLevel.Optimal)),
        })
        {
            using HttpResponseMessage response = await PostAsync("Echo", packed, "application/proto", ("Content-Encoding", name));
            Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Compression_BombsAndBadBytes_AreRefused()
    {
        byte[] bomb = TestBytes.Gzip(new byte[1_000_000], System.IO.Compression.CompressionLevel.SmallestSize);
        (byte[] Body, string Encoding, int Status, string Code)[] cases =
        [
            (bomb, "gzip", 429, "resource_exhausted"),
            (new byte[5_001], "gzip", 429, "resource_exhausted"),
            (new byte[100_001], "identity", 429, "resource_exhausted"),
            ("not gzip"u8.ToArray(), "gzip", 400, "invalid_argument"),
            ("x"u8.ToArray(), "br", 501, "unimplemented"),
            ("x"u8.ToArray(), "gzip, gzip", 501, "unimplemented"),
        ];
        foreach ((byte[] body, string encoding, int status, string code) in cases)
        {
            using HttpResponseMessage response = await PostAsync("Echo", body, "application/proto", ("Content-Encoding", encoding));
            Assert.Equal((status, code), ((int)response.StatusCode, await CodeAsync(response)));
        }
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br, gzip;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity", false)]
    public async Task Compression_OfReplies_WhenAskedFor(string accept, bool compressed)
    {
        byte[] content = new byte[50_000];
        using HttpResponseMessage response = await PostAsync("Echo", content, "application/proto", ("Accept-Encoding", accept));
        Assert.Equal(compressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        Assert.Equal(compressed, response.Content.Headers.ContentLength < 1000);
    }

    [Theory]
    [InlineData("Connect-Timeout-Ms", "x", "invalid_argument")]
    [InlineData("Connect-Timeout-Ms", "-1", "invalid_argument")]
    [InlineData("Connect-Timeout-Ms", "12345678901", "invalid_argument")]
    [InlineData("Connect-Protocol-Version", "2", "invalid_argument")]
    [InlineData("Connect-Timeout-Ms", "50", "deadline_exceeded")]
    public async Task Headers_OfTheProtocol_AreChecked(string name, string value, string code)
    {
        using HttpResponseMessage response = await PostAsync("Hang", "{}"u8.ToArray(), "application/json", (name, value));
        Assert.Equal(code, await CodeAsync(response));
    }

    [Fact]
    public async Task Body_ThatStalls_IsDeadlineExceeded()
    {
        string answer = await RawHttp.SendAsync(_host.Http, RawHead + "Content-Length: 10\r\n\r\n{");
        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        Assert.Contains("\"deadline_exceeded\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", "400")]
    [InlineData("Content-Length: 99999999999\r\n\r\n", "429")]
    public async Task RawBody_Malformed_IsAnsweredAndTheServerGoesOn(string rest, string status)
    {
        string answer = await RawHttp.SendAsync(_host.Http, RawHead + rest);
        Assert.True(answer.StartsWith("HTTP/1.1 " + status, StringComparison.Ordinal), answer + string.Join('\n', _host.Logged));
        using HttpResponseMessage next = await PostAsync("Echo", "{}"u8.ToArray(), "application/json");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response)
    {
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("code").GetString();
    }

    private async Task<HttpResponseMessage> PostAsync(
        string method, byte[] body, string? type, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_host.Http, WireHost.Connect + method))
        {
            Content = new ByteArrayContent(body),
        };
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
