using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Hearth.Profiles.Ids;

namespace Hearth.Benchmarks;

/// <summary>
/// Stack ids: one operation hashes one stack of frame ids, 22.8 frames (182 bytes) on average, 4,096 stacks in turn.
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*HashingBenchmarks*'</c>
/// </summary>
public class HashingBenchmarks
{
    private const int Stacks = 4096;

    private readonly ulong[] _frames = new ulong[Stacks * 64];
    private readonly (int Start, int Length)[] _stacks = new (int, int)[Stacks];

    /// <summary>Makes stacks of 3 to 63 frames whose mean depth is that of a large Go heap profile.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        random.NextBytes(MemoryMarshal.AsBytes(_frames.AsSpan()));
        int start = 0;
        long total = 0;
        for (int i = 0; i < Stacks; i++)
        {
            // The sum of three makes a hump; the bounds are chosen for the mean.
            int depth = 3 + random.Next(14) + random.Next(14) + random.Next(15);
            _stacks[i] = (start, depth);
            start += depth;
            total += depth;
        }

        Console.WriteLine($"// mean depth {(double)total / Stacks:F1}");
    }

    /// <summary>XXH3-128, as ids are made.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Stacks)]
    public ulong Xxh3Of()
    {
        ulong sum = 0;
        foreach ((int start, int length) in _stacks)
        {
            sum += (ulong)ContentIds.StackId(_frames.AsSpan(start, length));
        }

        return sum;
    }

    /// <summary>Folded multiply in four chains.</summary>
    [Benchmark(OperationsPerInvoke = Stacks)]
    public ulong FoldedOf()
    {
        ulong sum = 0;
        foreach ((int start, int length) in _stacks)
        {
            sum += (ulong)HashingFolded.Hash128(MemoryMarshal.AsBytes(_frames.AsSpan(start, length)));
        }

        return sum;
    }

    /// <summary>SHA-256, for scale.</summary>
    [Benchmark(OperationsPerInvoke = Stacks)]
    public ulong Sha256Of()
    {
        ulong sum = 0;
        Span<byte> hash = stackalloc byte[32];
        foreach ((int start, int length) in _stacks)
        {
            SHA256.HashData(MemoryMarshal.AsBytes(_frames.AsSpan(start, length)), hash);
            sum += MemoryMarshal.Read<ulong>(hash);
        }

        return sum;
    }
}
