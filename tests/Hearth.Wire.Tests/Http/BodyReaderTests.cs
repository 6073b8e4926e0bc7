using System.IO.Compression;
using System.Net;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Http;

public sealed class BodyReaderTests
{
    [Theory]
    [InlineData(null, 100_000, 200)]
    [InlineData("identity", 0, 200)]
    [InlineData("gzip", 100_000, 200)]
    [InlineData("GZIP", 1, 200)]
    [InlineData("x-gzip", 1, 200)]
    [InlineData("deflate", 100_000, 200)]
    [InlineData("gzip", 200_000, 413)]
    [InlineData("deflate", 200_000, 413)]
    [InlineData(null, 200_000, 413)]
    [InlineData("zstd", 1, 415)]
    [InlineData("br", 1, 415)]
    public async Task Read_AnyEncodingAndSize_HasItsStatus(string? encoding, int size, int status)
    {
        byte[] content = new byte[size];
        byte[] body = encoding?.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => TestBytes.Gzip(content, CompressionLevel.Optimal),
            "DEFLATE" => TestBytes.Zlib(content, CompressionLevel.Optimal),
            _ => content,
        };
        (HttpStatusCode code, byte[] answer) = await PostAsync(new ByteArrayContent(body), encoding);
        Assert.Equal(status, (int)code);
        Assert.True(status != 200 || answer.AsSpan().SequenceEqual(content));
    }

    [Fact]
    public async Task Read_ChunkedBeyondTheLimit_Is413()
    {
        (HttpStatusCode code, _) = await PostAsync(new StreamContent(new MemoryStream(new byte[150_000], writable: false)), null);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, code);
    }

    [Fact]
    public async Task Read_DamagedGzip_Is400()
    {
        byte[] packed = TestBytes.Gzip("hello"u8.ToArray(), CompressionLevel.Optimal);
        (HttpStatusCode code, byte[] answer) = await PostAsync(new ByteArrayContent(packed[..^1]), "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Contains("Truncated", System.Text.Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NothingWithGzipNamed_IsAnEmptyBody()
    {
        (HttpStatusCode code, byte[] answer) = await PostAsync(new ByteArrayContent([]), "gzip");
        Assert.Equal((HttpStatusCode.OK, 0), (code, answer.Length));
    }

    [Fact]
    public async Task Read_BodyThatStalls_Is408()
    {
        await using WireHost host = await WireHost.StartAsync(new RpcLimits { BodyTimeout = TimeSpan.FromMilliseconds(300) });
        string answer = await RawHttp.SendAsync(host.Http, "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Code, byte[] Body)> PostAsync(HttpContent content, string? encoding)
    {
        await using WireHost host = await WireHost.StartAsync(
            new RpcLimits { MessageBytesMax = 100_000, CompressedBytesMax = 5_000, BodyTimeout = TimeSpan.FromMilliseconds(400) });
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(host.Http, "/body")) { Content = content };
        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        using HttpResponseMessage response = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}
