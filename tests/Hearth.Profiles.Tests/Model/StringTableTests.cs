using Hearth.Profiles.Model;
using Xunit;

namespace Hearth.Profiles.Tests.Model;

public sealed class StringTableTests
{
    private readonly StringTable _table = new();

    [Fact]
    public void Intern_ManyStrings_EachHasOneIndex()
    {
        int[] indices = [.. Enumerable.Range(0, 5000).Select(i => _table.Intern($"string number {i}"))];
        Assert.Equal(5000, indices.Distinct().Count());
        Assert.Equal(indices, Enumerable.Range(0, 5000).Select(i => _table.Intern($"string number {i}")));
        Assert.Equal("string number 4711", _table.GetString(indices[4711]));
    }

    [Fact]
    public void AddSlice_OfTheAttachedMessage_IsNotCopied()
    {
        byte[] message = "hello world"u8.ToArray();
        _table.Attach(message);
        int index = _table.AddSlice(6, 5);
        message[6] = (byte)'W';
        Assert.Equal("World", _table.GetString(index));
    }

    [Theory]
    [InlineData(6, 6)]
    [InlineData(12, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, -1)]
    public void AddSlice_OutsideTheMessage_Throws(int offset, int length)
    {
        _table.Attach(new byte[11]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _table.AddSlice(offset, length));
    }

    [Fact]
    public void Intern_EmptyString_IsIndexZero() => Assert.Equal(0, _table.Intern(""));
}
