using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Attributes;
using Hearth.Profiles.Model;

namespace Hearth.Benchmarks;

/// <summary>
/// Looking up what is known, the common case: one operation interns one string of 52 bytes, or one stack of 23 frames.
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*InterningBenchmarks*'</c>
/// </summary>
[MemoryDiagnoser]
public class InterningBenchmarks
{
    private const int Count = 4096;

    private readonly byte[][] _names = new byte[Count][];
    private readonly int[][] _lists = new int[Count][];
    private readonly StringTable _strings = new();
    private readonly ListTable _stacks = new();
    private readonly Dictionary<string, int> _dictionary = new(StringComparer.Ordinal);

    /// <summary>Fills the tables.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        for (int i = 0; i < Count; i++)
        {
            _names[i] = Encoding.UTF8.GetBytes($"example.com/some/package/with/a/path.(*Type{i:D4}).Method");
            _strings.Intern(_names[i]);
            _dictionary[Encoding.UTF8.GetString(_names[i])] = i;
            _lists[i] = new int[23];
            random.NextBytes(MemoryMarshal.AsBytes(_lists[i].AsSpan()));
            _stacks.Intern(_lists[i]);
        }
    }

    /// <summary>The model's string table.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int StringTableIntern()
    {
        int sum = 0;
        foreach (byte[] name in _names)
        {
            sum += _strings.Intern(name);
        }

        return sum;
    }

    /// <summary>A dictionary of .NET strings, for scale: the bytes have to become a string first.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int DictionaryOfStrings()
    {
        int sum = 0;
        foreach (byte[] name in _names)
        {
            sum += _dictionary[Encoding.UTF8.GetString(name)];
        }

        return sum;
    }

    /// <summary>The model's stack table.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int ListTableIntern()
    {
        int sum = 0;
        foreach (int[] list in _lists)
        {
            sum += _stacks.Intern(list);
        }

        return sum;
    }
}
