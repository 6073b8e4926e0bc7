using BenchmarkDotNet.Attributes;
using Hearth.Profiles.Ids;

namespace Hearth.Benchmarks;

/// <summary>
/// XXH3 beside the folded multiply by length, in each of the ranges that XXH3 treats differently.
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*HashingLengths*'</c>
/// </summary>
public class HashingLengths
{
    private byte[] _data = [];

    /// <summary>Bytes hashed.</summary>
    [Params(8, 16, 64, 128, 182, 240, 512, 4096)]
    public int Length { get; set; }

    /// <summary>Makes the bytes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _data = new byte[Length];
        new Random(1).NextBytes(_data);
    }

    /// <summary>XXH3-128.</summary>
    [Benchmark(Baseline = true)]
    public ulong Xxh3Of() => (ulong)Xxh3.Hash128(_data);

    /// <summary>Folded multiply in four chains.</summary>
    [Benchmark]
    public ulong FoldedOf() => (ulong)HashingFolded.Hash128(_data);
}
