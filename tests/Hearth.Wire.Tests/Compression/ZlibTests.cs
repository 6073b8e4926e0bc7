using System.IO.Compression;
using System.Text;
using Hearth.Wire.Compression;
using Xunit;

namespace Hearth.Wire.Tests.Compression;

public sealed class ZlibTests
{
    [Fact]
    public void Decompress_ZlibAndRawDeflate_AreBothRead()
    {
        byte[] content = TestBytes.Compressible(new Random(1), 100_000);
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
        {
            foreach (byte[] packed in new[] { TestBytes.Zlib(content, level), TestBytes.Deflate(content, level) })
            {
                using PooledBuffer output = new();
                Assert.Equal(DecompressResult.Ok, Zlib.Decompress(packed, output, content.Length));
                Assert.True(content.AsSpan().SequenceEqual(output.Written));
                output.Clear();
                Assert.Equal(DecompressResult.TooLarge, Zlib.Decompress(packed, output, content.Length - 1));
                output.Clear();
                Assert.Equal(DecompressResult.Ok, Zlib.Decompress([.. packed, 0], output, content.Length));
            }
        }
    }

    [Fact]
    public void Decompress_ChecksumWrong_IsCorrupt()
    {
        byte[] packed = TestBytes.Zlib(Encoding.ASCII.GetBytes("content"), CompressionLevel.Optimal);
        using PooledBuffer output = new();
        for (int cut = 1; cut < packed.Length; cut++)
        {
            Assert.Equal(DecompressResult.Truncated, Zlib.Decompress(packed.AsSpan(0, packed.Length - cut), output, 100));
        }

        packed[^1] ^= 1;
        Assert.Equal(DecompressResult.Corrupt, Zlib.Decompress(packed, output, 100));
    }
}
