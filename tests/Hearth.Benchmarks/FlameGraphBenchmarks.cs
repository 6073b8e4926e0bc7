using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Hearth.Query.FlameGraphs;
using Hearth.Query.Pyroscope;
using Hearth.Storage.Reading;

namespace Hearth.Benchmarks;

/// <summary>From resolved stacks with their sums to the bytes of an answer.</summary>
[MemoryDiagnoser]
public class FlameGraphBenchmarks
{
    private ServiceStacks _service = null!;
    private ResolvedStack[] _resolved = [];
    private FlameGraphTree _tree = null!;
    private EncodedFlameGraph _encoded = null!;

    /// <summary>Makes the data.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (_service, _resolved) = FlameGraphData.Create();
        _tree = Tree();
        _encoded = LevelEncoder.Encode(FlameGraphLayout.Of(_tree, 8_192));
        Console.WriteLine($"{_resolved.Length} stacks, {_tree.Count} nodes, {_tree.Names.Count} names");
    }

    /// <summary>Stacks into a tree.</summary>
    [Benchmark]
    public object Merge() => Tree();

    /// <summary>Totals, cut to 8,192 nodes, order, levels.</summary>
    [Benchmark]
    public object Encode8192() => LevelEncoder.Encode(FlameGraphLayout.Of(_tree, 8_192));

    /// <summary>Totals, order, levels of every node.</summary>
    [Benchmark]
    public object EncodeAll() => LevelEncoder.Encode(FlameGraphLayout.Of(_tree, 0));

    /// <summary>Levels into protobuf bytes.</summary>
    [Benchmark]
    public object WriteProto() => FlameGraphMessages.Single(_encoded).ToByteArray();

    /// <summary>All of it: what an answer costs beside the store.</summary>
    [Benchmark]
    public object MergeAndWrite() =>
        FlameGraphMessages.Single(LevelEncoder.Encode(FlameGraphLayout.Of(Tree(), 8_192))).ToByteArray();

    private FlameGraphTree Tree()
    {
        FlameGraphTree tree = new();
        TreeMerger.Add(tree, _service, _resolved, StackFilter.None);
        return tree;
    }
}
