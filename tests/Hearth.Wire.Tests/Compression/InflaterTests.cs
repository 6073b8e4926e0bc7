using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Hearth.Wire.Compression;
using Xunit;

namespace Hearth.Wire.Tests.Compression;

/// <summary>The inflater against the platform's, which is zlib-ng.</summary>
public sealed class InflaterTests
{
    [Fact]
    public void Inflate_Noise_AgreesWithThePlatform() =>
        Prop.ForAll<byte[]>(noise => AgreesWithThePlatform([(byte)((noise.Length > 0 ? noise[0] : 0) | 1), .. noise]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Inflate_ValidStreamsWithDamage_AgreeWithThePlatform()
    {
        Random random = new(5);
        for (int round = 0; round < 2000; round++)
        {
            byte[] packed = TestBytes.Deflate(TestBytes.Compressible(random, random.Next(1, 3000)), (CompressionLevel)(round % 4));
            for (int faults = random.Next(1, 4); faults > 0; faults--)
            {
                packed[random.Next(random.Next(4) > 0 ? Math.Min(packed.Length, 80) : packed.Length)] ^= (byte)(1 << random.Next(8));
            }

            Assert.True(AgreesWithThePlatform(packed), Convert.ToHexString(packed));
        }
    }

    [Fact]
    public void Inflate_EndsWhereTheStreamEnds()
    {
        Random random = new(6);
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
        {
            for (int size = 1; size < 70_000; size = (size * 3) + 1)
            {
                byte[] content = TestBytes.Compressible(random, size);
                byte[] packed = TestBytes.Deflate(content, level);
                byte[] noise = new byte[20];
                random.NextBytes(noise);
                using PooledBuffer output = new();
                int position = 3;
                byte[] input = [1, 2, 3, .. packed, .. noise];
                Assert.Equal(DecompressResult.Ok, Inflater.Shared.Inflate(input, ref position, output, size));
                Assert.Equal(3 + packed.Length, position);
                Assert.True(content.AsSpan().SequenceEqual(output.Written));
            }
        }
    }

    [Fact]
    public void Inflate_WarmedUp_AllocatesNothing()
    {
        byte[] packed = TestBytes.Gzip(TestBytes.Compressible(new Random(8), 50_000), CompressionLevel.Optimal);
        using PooledBuffer output = new();
        Gzip.Decompress(packed, output, 50_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            output.Clear();
            Gzip.Decompress(packed, output, 50_000);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Inflate_EmptyBlocksWithoutEnd_TakeBoundedTime()
    {
        // A stored block of no bytes costs five bytes and yields nothing: the work is bounded by the input.
        byte[] input = new byte[5 * 1_000_000];
        for (int i = 0; i < input.Length; i += 5)
        {
            input[i + 3] = input[i + 4] = 0xFF;
        }

        using PooledBuffer output = new();
        int position = 0;
        Assert.Equal(DecompressResult.Truncated, Inflater.Shared.Inflate(input, ref position, output, 10));
        Assert.Equal(0, output.Length);
    }

    private static bool AgreesWithThePlatform(byte[] packed)
    {
        // The platform ends silently on a truncated stream, so only these can be asked: what one finds corrupt the other does not read, and
        // what this one reads to its end is what the platform read.
        byte[]? expected = TestBytes.InflateByPlatform(packed);
        using PooledBuffer output = new();
        int position = 0;
        DecompressResult result = Inflater.Shared.Inflate(packed, ref position, output, 1 << 22);
        return result switch
        {
            DecompressResult.Ok => expected is not null && expected.AsSpan().SequenceEqual(output.Written),
            DecompressResult.Corrupt => expected is null,
            _ => true,
        };
    }
}
