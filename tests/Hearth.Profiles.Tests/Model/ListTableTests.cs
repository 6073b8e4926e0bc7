using Hearth.Profiles.Model;
using Xunit;

namespace Hearth.Profiles.Tests.Model;

public sealed class ListTableTests
{
    private readonly ListTable _table = new();

    [Fact]
    public void Intern_ManyLists_EachHasOneRow()
    {
        int[][] lists = [.. Enumerable.Range(1, 5000).Select(i => new[] { i, i * 7, i ^ 3 })];
        int[] rows = [.. lists.Select(list => _table.Intern(list))];
        Assert.Equal(5000, rows.Distinct().Count());
        Assert.Equal(rows, lists.Select(list => _table.Intern(list)));
        Assert.Equal(5001, _table.Count);
    }

    [Fact]
    public void CloseInterned_EqualList_IsTakenBack()
    {
        int first = _table.Intern([4, 5]);
        _table.Open();
        _table.Push(4);
        _table.Push(5);
        Assert.Equal(first, _table.CloseInterned());
        Assert.Equal(2, _table.Count);
        Assert.Equal(2, _table.ItemCount);
    }

    [Fact]
    public void CloseInterned_EmptyList_IsRowZero()
    {
        _table.Open();
        Assert.Equal(0, _table.CloseInterned());
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Abandon_OpenRow_LeavesTheTableAsItWas()
    {
        _table.Intern([1]);
        _table.Open();
        _table.Push(9);
        _table.Abandon();
        Assert.Equal(2, _table.Count);
        Assert.Equal(1, _table.ItemCount);
        Assert.Equal([1], _table[1].ToArray());
    }

    [Fact]
    public void Clear_AfterUse_FindsNothingOld()
    {
        _table.Intern([1, 2]);
        _table.Clear();
        Assert.Equal(1, _table.Count);
        Assert.Equal(1, _table.Intern([1, 2]));
    }
}
