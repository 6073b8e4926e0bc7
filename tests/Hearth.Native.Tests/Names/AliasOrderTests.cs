using System.Text;
using Hearth.Native.Names;
using Xunit;

namespace Hearth.Native.Tests.Names;

public sealed class AliasOrderTests
{
    [Theory]
    [InlineData("write", "__write")]
    [InlineData("write", "__libc_write")]
    [InlineData("foo", "foo.cold")]
    [InlineData("foo", "foo.part.0")]
    [InlineData("memcpy", "memcpy@GLIBC_2.2.5")]
    [InlineData("_ZN3foo3barEv", "__foo_bar")]
    [InlineData("abc", "abd")]
    public void Compare_TwoNames_PrefersThePlainOne(string better, string worse)
    {
        Assert.True(AliasOrder.Compare(Encoding.UTF8.GetBytes(better), Encoding.UTF8.GetBytes(worse)) < 0);
        Assert.True(AliasOrder.Compare(Encoding.UTF8.GetBytes(worse), Encoding.UTF8.GetBytes(better)) > 0);
    }
}
