using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Hearth.Wire.Compression;
using Xunit;

namespace Hearth.Wire.Tests.Compression;

public sealed class ChecksumsTests
{
    [Fact]
    public void Crc32AndAdler32_KnownVectors_Hold()
    {
        Assert.Equal(0xCBF43926u, Checksums.Crc32("123456789"u8));
        Assert.Equal(0u, Checksums.Crc32([]));
        Assert.Equal(0x11E60398u, Checksums.Adler32(Encoding.ASCII.GetBytes("Wikipedia")));
        Assert.Equal(1u, Checksums.Adler32([]));
    }

    [Fact]
    public void Crc32_EveryLengthAndOffset_IsWhatThePlatformWrites()
    {
        byte[] bytes = new byte[700];
        new Random(1).NextBytes(bytes);
        for (int length = 1; length < 600; length++)
        {
            byte[] piece = bytes[(length % 17)..((length % 17) + length)];
            byte[] packed = TestBytes.Gzip(piece, CompressionLevel.NoCompression);
            uint expected = BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - 8));
            Assert.Equal(expected, Checksums.Crc32(bytes.AsSpan(length % 17, length)));
        }
    }
}
