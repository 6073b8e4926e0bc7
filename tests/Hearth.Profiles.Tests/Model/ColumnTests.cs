using Hearth.Profiles.Model;
using Xunit;

namespace Hearth.Profiles.Tests.Model;

public sealed class ColumnTests
{
    private readonly Column<long> _column = new();

    [Fact]
    public void Add_ManyRows_KeepsThemInOrder()
    {
        for (long i = 0; i < 10_000; i++)
        {
            Assert.Equal((int)i, _column.Add(i));
        }

        Assert.Equal(9_999, _column[9_999]);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), _column.Span.ToArray());
    }

    [Fact]
    public void Indexer_OutsideTheRows_Throws()
    {
        _column.Add(1);
        _column.Clear();
        Assert.Throws<ArgumentOutOfRangeException>(() => _column[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _column[-1]);
    }

    [Fact]
    public void Clear_UsedAsMuchAgain_KeepsTheMemory()
    {
        for (int use = 0; use < 200; use++)
        {
            _column.Extend(100_000);
            _column.Clear();
        }

        Assert.True(_column.Capacity >= 100_000);
    }

    [Fact]
    public void Clear_ManySmallUsesAfterAHugeOne_LetsTheMemoryGo()
    {
        _column.Extend(1_000_000);
        _column.Clear();
        for (int use = 0; use < 100; use++)
        {
            _column.Extend(10);
            _column.Clear();
        }

        Assert.True(_column.Capacity < 10_000);
    }
}
