namespace Hearth.Query.FlameGraphs;

/// <summary>One box of a flame graph.</summary>
internal struct LayoutNode
{
    /// <summary>Name index in the tree's table.</summary>
    public int Name;

    /// <summary>Position of the first child in <see cref="FlameGraphLayout.Nodes"/>.</summary>
    public int FirstChild;

    /// <summary>Children, side by side.</summary>
    public int ChildCount;

    /// <summary>Left edge, in value units.</summary>
    public long X;

    /// <summary>Width.</summary>
    public long Total;

    /// <summary>The part of the width that no child covers; it lies on the left.</summary>
    public long Self;
}
