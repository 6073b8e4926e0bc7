using Hearth.Wire.Compression;
using Xunit;

namespace Hearth.Wire.Tests.Compression;

public sealed class PooledBufferTests
{
    [Fact]
    public void Append_InSteps_KeepsEveryByte()
    {
        using PooledBuffer buffer = new();
        List<byte> expected = [];
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[random.Next(2000)];
            random.NextBytes(bytes);
            buffer.Append(bytes);
            expected.AddRange(bytes);
        }

        Assert.True(buffer.Written.SequenceEqual([.. expected]));
        Assert.Equal(expected.Count, buffer.Length);
    }

    [Fact]
    public void Advance_BeyondTheRoom_Throws()
    {
        using PooledBuffer buffer = new();
        int room = buffer.GetSpan(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        buffer.Advance(room);
        Assert.Equal(room, buffer.Length);
    }

    [Fact]
    public void Dispose_Twice_ReturnsTheArrayOnce()
    {
        PooledBuffer buffer = new();
        buffer.Append("abc"u8);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, buffer.Length);
        buffer.Append("d"u8);
        Assert.Equal("d"u8, buffer.Written);
        buffer.Dispose();
    }
}
