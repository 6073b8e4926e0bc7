using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Hearth.Wire.Compression;
using Xunit;

namespace Hearth.Wire.Tests.Compression;

public sealed class GzipTests
{
    [Fact]
    public void Decompress_WhatThePlatformCompresses_IsTheSame()
    {
        Random random = new(7);
        for (int round = 0; round < 300; round++)
        {
            byte[] content = TestBytes.Compressible(random, random.Next(1, 1 << random.Next(1, 19)));
            byte[] packed = TestBytes.Gzip(content, (CompressionLevel)(round % 4));
            using PooledBuffer output = new();
            Assert.Equal(DecompressResult.Ok, Gzip.Decompress(packed, output, content.Length));
            Assert.True(content.AsSpan().SequenceEqual(output.Written), $"round {round}");
        }
    }

    [Fact]
    public void Decompress_CutAnywhere_IsTruncated()
    {
        Random random = new(3);
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
        {
            byte[] packed = TestBytes.Gzip(TestBytes.Compressible(random, 3000), level);
            for (int length = 0; length < packed.Length; length++)
            {
                using PooledBuffer output = new();
                Assert.Equal(DecompressResult.Truncated, Gzip.Decompress(packed.AsSpan(0, length), output, 1 << 20));
            }
        }
    }

    [Fact]
    public void Decompress_AnyByteChanged_NeverSucceedsWithOtherContent()
    {
        Random random = new(4);
        byte[] content = TestBytes.Compressible(random, 2000);
        byte[] packed = TestBytes.Gzip(content, CompressionLevel.Optimal);
        for (int at = 0; at < packed.Length; at++)
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= (byte)(1 << random.Next(8));
            using PooledBuffer output = new();
            DecompressResult result = Gzip.Decompress(damaged, output, 1 << 16);
            Assert.True(result != DecompressResult.Ok || content.AsSpan().SequenceEqual(output.Written), $"byte {at}: {result}");
        }
    }

    [Fact]
    public void Decompress_Members_AreConcatenated()
    {
        byte[] one = TestBytes.Gzip("one "u8.ToArray(), CompressionLevel.Optimal);
        byte[] two = TestBytes.Gzip("two"u8.ToArray(), CompressionLevel.NoCompression);
        using PooledBuffer output = new();
        Assert.Equal(DecompressResult.Ok, Gzip.Decompress([.. one, .. two, 0, 0, 0], output, 7));
        Assert.Equal("one two"u8, output.Written);
    }

    [Fact]
    public void Decompress_GarbageBehind_IsIgnored()
    {
        byte[] one = TestBytes.Gzip("one "u8.ToArray(), CompressionLevel.Optimal);
        using PooledBuffer output = new();
        Assert.Equal(DecompressResult.Ok, Gzip.Decompress([.. one, 1], output, 100));
        Assert.Equal("one "u8, output.Written);
    }

    [Fact]
    public void Decompress_Bomb_StopsAtTheLimit()
    {
        byte[] packed = TestBytes.Gzip(new byte[64 << 20], CompressionLevel.SmallestSize);
        Assert.True(packed.Length < 70_000);
        using PooledBuffer output = new();
        Assert.Equal(DecompressResult.TooLarge, Gzip.Decompress(packed, output, 1 << 20));
        Assert.InRange(output.Length, 0, (1 << 20) + 1);
        output.Clear();
        Assert.Equal(DecompressResult.Ok, Gzip.Decompress(packed, output, 64 << 20));
        output.Clear();
        Assert.Equal(DecompressResult.TooLarge, Gzip.Decompress(packed, output, (64 << 20) - 1));
    }

    [Fact]
    public void Compress_ThenPlatformReads_IsTheSame()
    {
        byte[] content = TestBytes.Compressible(new Random(1), 100_000);
        using PooledBuffer packed = new();
        Gzip.Compress(content, packed);
        using GZipStream stream = new(new MemoryStream(packed.Written.ToArray()), CompressionMode.Decompress);
        using MemoryStream back = new();
        stream.CopyTo(back);
        Assert.Equal(content, back.ToArray());
    }
}
