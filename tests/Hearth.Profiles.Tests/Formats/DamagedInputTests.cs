using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Profiles.Tests.Formats.Pprof;
using Hearth.Testing;
using Hearth.Wire.Protobuf;
using Xunit;

namespace Hearth.Profiles.Tests.Formats;

/// <summary>
/// Bytes that are cut off or changed: never an exception, never more memory than the input justifies, and a document that was
/// accepted can be walked and written. <c>HEARTH_FUZZ_ROUNDS</c> sets the rounds of the mutations (default 2000 for each input).
/// </summary>
public sealed class DamagedInputTests
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("HEARTH_FUZZ_ROUNDS"), out int rounds) ? rounds : 2000;

    private readonly ProfileDocument _document = new();
    private readonly ProblemList _problems = new();
    private readonly ProtoWriter _output = new();

    [Fact]
    public void Pprof_CutOffAtEveryByte_IsRefusedOrRead()
    {
        byte[] whole = PprofOf(3);
        for (int length = 0; length < whole.Length; length++)
        {
            ReadPprof(whole.AsMemory(0, length));
        }
    }

    [Fact]
    public void Pprof_CutOffGzipAtEveryByte_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(PprofFiles.PathOf("parca-1644509272337470000.pb.gz"));
        for (int length = 0; length < whole.Length; length += 37)
        {
            Assert.False(PprofReader.Read(whole.AsMemory(0, length), _document, DecodeLimits.Default, _problems), $"{length} bytes");
        }
    }

    [Fact]
    public void Otlp_CutOffAtEveryByte_IsRefusedOrRead()
    {
        byte[] whole = OtlpOf(3);
        for (int length = 0; length < whole.Length; length++)
        {
            ReadOtlp(whole.AsMemory(0, length));
        }
    }

    [Fact]
    public void Pprof_RandomChanges_NeverThrow() => Mutate(ReadPprof, PprofOf);

    [Fact]
    public void Otlp_RandomChanges_NeverThrow() => Mutate(ReadOtlp, OtlpOf);

    [Fact]
    public void Pprof_RealFileWithRandomChanges_NeverThrows()
    {
        byte[] real = PprofFiles.Plain("profefe-collector_cpu_1.prof");
        Mutate(ReadPprof, _ => real, Rounds / 20);
    }

    [Fact]
    public void Otlp_RealFileWithRandomChanges_NeverThrows()
    {
        byte[] real = File.ReadAllBytes(Repository.SharedData("otlp/sig-profiling-profile-v1.9.otlp"));
        Mutate(ReadOtlp, _ => real, Rounds / 4);
    }

    private static byte[] PprofOf(int seed)
    {
        ProfileDocument document = RandomDocument.LikePprof(Choices(seed));
        ProtoWriter output = new();
        PprofWriter.Write(document, document[0][0], output);
        return output.Written.ToArray();
    }

    private static byte[] OtlpOf(int seed)
    {
        ProtoWriter output = new();
        OtlpProfilesWriter.Write(RandomDocument.LikeOtlp(Choices(seed)), output);
        return output.Written.ToArray();
    }

    private static byte[] Choices(int seed)
    {
        byte[] choices = new byte[1000];
        new Random(seed).NextBytes(choices);
        return choices;
    }

    private static void Mutate(Action<ReadOnlyMemory<byte>> read, Func<int, byte[]> input, int? rounds = null)
    {
        for (int round = 0; round < (rounds ?? Rounds); round++)
        {
            Random random = new(round);
            byte[] bytes = [.. input(round)];
            for (int change = random.Next(1, 8); change > 0 && bytes.Length > 0; change--)
            {
                int at = random.Next(bytes.Length);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        bytes[at] = (byte)(random.Next(2) == 0 ? 0xFF : 0);
                        break;
                    case 2:
                        bytes = [.. bytes[..at], .. bytes[random.Next(at, bytes.Length)..]];
                        break;
                    default:
                        bytes.AsSpan(at, Math.Min(16, bytes.Length - at)).CopyTo(bytes.AsSpan(random.Next(at + 1)));
                        break;
                }
            }

            try
            {
                read(bytes);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Round {round}: {error}");
            }
        }
    }

    private void ReadPprof(ReadOnlyMemory<byte> bytes)
    {
        _problems.Clear();
        if (Bounded(() => PprofReader.Read(bytes, _document, DecodeLimits.Default, _problems), bytes.Length))
        {
            Use();
        }
        else
        {
            Assert.NotEqual(0, _problems.Count);
        }
    }

    private void ReadOtlp(ReadOnlyMemory<byte> bytes)
    {
        _problems.Clear();
        if (Bounded(() => OtlpProfilesReader.Read(bytes, _document, DecodeLimits.Default, _problems), bytes.Length))
        {
            Use();
        }
        else
        {
            Assert.NotEqual(0, _problems.Count);
        }
    }

    // An entry is two bytes on the wire and up to a hundred in a table that doubles; the rest is words of problems.
    private static bool Bounded(Func<bool> read, int length)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool accepted = read();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (length * 400L) + (256 << 10));
        return accepted;
    }

    private void Use()
    {
        _ = ProfileText.Of(_document);
        for (int g = 0; g < _document.Count; g++)
        {
            for (int p = 0; p < _document[g].Count; p++)
            {
                _output.Reset();
                PprofWriter.Write(_document, _document[g][p], _output);
            }
        }

        _output.Reset();
        OtlpProfilesWriter.Write(_document, _output);
    }
}
