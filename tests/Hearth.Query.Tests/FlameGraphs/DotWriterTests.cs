using Hearth.Query.FlameGraphs;
using Xunit;

namespace Hearth.Query.Tests.FlameGraphs;

public sealed class DotWriterTests
{
    [Fact]
    public void Write_WorkedExample_HasFunctionsAndEdges()
    {
        string dot = DotWriter.Write(Trees.Left, "process_cpu:cpu", "count", 100);

        Assert.StartsWith("digraph \"process_cpu:cpu\" {\n", dot, StringComparison.Ordinal);
        Assert.Contains("N1 [label=\"main\\n1 (6.67%)\\nof 11 (73.33%)\"", dot, StringComparison.Ordinal);
        Assert.Contains("N2 [label=\"foo\\n3 (20%)\\nof 8 (53.33%)\"", dot, StringComparison.Ordinal);
        Assert.Contains("N1 -> N2 [label=\"8\"]", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Recursion_CountsAFunctionOncePerStack()
    {
        string dot = DotWriter.Write(Trees.Of(("f;g;f;g", 10)), "t", "count", 100);

        Assert.Contains("label=\"f\\n0 (0%)\\nof 10 (100%)\"", dot, StringComparison.Ordinal);
        Assert.Equal(2, dot.Split(" -> ").Length - 1);
        Assert.DoesNotContain("20", dot.Replace("fontsize=20", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FunctionLeftOut_JoinsTheOthersByADottedEdge()
    {
        string dot = DotWriter.Write(Trees.Of(("a", 5), ("a;b;c", 10), ("c", 5)), "t", "nanoseconds", 2);

        Assert.Contains("style=dotted", dot, StringComparison.Ordinal);
        Assert.DoesNotContain("label=\"b", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EmptyTree_GivesNothing() => Assert.Equal("", DotWriter.Write(new FlameGraphTree(), "t", "count", 100));

    [Fact]
    public void Write_NameWithQuotes_IsEscaped() =>
        Assert.Contains("a\\\"b\\\\c", DotWriter.Write(Trees.Of(("a\"b\\c", 1)), "t", "bytes", 10), StringComparison.Ordinal);
}
