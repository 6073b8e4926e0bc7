using Hearth.Collector.Perf;
using Xunit;

namespace Hearth.Collector.Tests.Perf;

public sealed class CpuListTests
{
    [Theory]
    [InlineData("0\n", "0")]
    [InlineData("0-3,8,10-11\n", "0 1 2 3 8 10 11")]
    [InlineData("", "")]
    [InlineData("x,2-1,3-x,5", "5")]
    public void Parse_KernelList_GivesCpus(string text, string expected) => Assert.Equal(expected, string.Join(' ', CpuList.Parse(text)));

    [Fact]
    public void Parse_HugeRange_IsBounded() => Assert.Equal(CpuList.CpusMax, CpuList.Parse("0-2000000000").Count);

    [Fact]
    public void ReadOnline_WithoutSysfs_FallsBackToProcessorCount() =>
        Assert.Equal(Environment.ProcessorCount, CpuList.ReadOnline("/nonexistent/online").Count);
}
