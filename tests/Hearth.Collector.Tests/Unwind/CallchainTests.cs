using Hearth.Collector.Unwind;
using Xunit;

namespace Hearth.Collector.Tests.Unwind;

public sealed class CallchainTests
{
    private const ulong Kernel = unchecked((ulong)-128L);
    private const ulong User = unchecked((ulong)-512L);
    private const ulong Guest = unchecked((ulong)-2048L);
    private const ulong K = 0xffffffff81000000;
    private readonly ulong[] _buffer = new ulong[8];

    [Fact]
    public void Cut_KernelAndUser_SplitsAndPointsCallersIntoTheirCalls()
    {
        Callchain.Split split = Callchain.Cut([Kernel, K + 1, K + 2, User, 0x5000, 0x6000], K + 1, _buffer);
        Assert.Equal(new Callchain.Split(2, 2, 4), split);
        Assert.Equal([K + 1, K + 1, 0x5000, 0x5fff], _buffer[..4]);
    }

    [Fact]
    public void Cut_GuestPart_IsLeftOut()
    {
        Callchain.Split split = Callchain.Cut([Guest, 0x1111111, User, 0x5000], 0x5000, _buffer);
        Assert.Equal(new Callchain.Split(0, 1, 1), split);
        Assert.Equal(0x5000UL, _buffer[0]);
    }

    [Fact]
    public void Cut_Empty_UsesTheSamplesOwnAddress()
    {
        Assert.Equal(new Callchain.Split(1, 0, 1), Callchain.Cut([], K, _buffer));
        Assert.Equal(new Callchain.Split(0, 1, 1), Callchain.Cut([User], 0x5000, _buffer));
        Assert.Equal(new Callchain.Split(0, 0, 0), Callchain.Cut([User, 0], 0, _buffer));
    }

    [Fact]
    public void Cut_LongerThanTheBuffer_KeepsTheLeafEnd()
    {
        ulong[] chain = [User, .. Enumerable.Range(0, 20).Select(i => 0x10000UL + (ulong)i)];
        Assert.Equal(new Callchain.Split(0, 8, 20), Callchain.Cut(chain, 0x10000, _buffer));
        Assert.Equal(0x10000UL, _buffer[0]);
    }
}
