using System.Globalization;
using Hearth.Profiles.Ids;
using Hearth.Testing;
using Xunit;

namespace Hearth.Profiles.Tests.Ids;

public sealed class Xxh3Tests
{
    [Fact]
    public void Hash128_EveryLengthOfTheGoldenFile_IsWhatClickHouseComputes()
    {
        List<string> wrong = [];
        int checkedLines = 0;
        foreach (string line in File.ReadLines(Golden.PathOf("xxh3-128.txt")))
        {
            string[] parts = line.Split(' ');
            byte[] data = Sequence(int.Parse(parts[0], CultureInfo.InvariantCulture));
            UInt128 expected = UInt128.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (expected != Xxh3.Hash128(data))
            {
                wrong.Add(parts[0]);
            }

            checkedLines++;
        }

        Assert.Equal("", string.Join(' ', wrong));
        Assert.Equal(1037, checkedLines);
    }

    [Fact]
    public void Hash128_UnalignedInput_IsTheSame()
    {
        byte[] data = Sequence(700);
        for (int shift = 0; shift < 9; shift++)
        {
            byte[] moved = new byte[data.Length + shift];
            data.CopyTo(moved, shift);
            Assert.Equal(Xxh3.Hash128(data), Xxh3.Hash128(moved.AsSpan(shift)));
        }
    }

    [Fact]
    public void AccumulateScalar_LongInput_EqualsTheVectorForm()
    {
        foreach (int length in (int[])[241, 255, 256, 320, 1024, 1025, 1088, 2048, 5000])
        {
            byte[] data = Sequence(length);
            Assert.Equal(Xxh3.Hash128(data), Xxh3.HashLong(data, wide: false));
        }
    }

    private static byte[] Sequence(int length)
    {
        ulong state = 0x243F_6A88_85A3_08D3;
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            data[i] = (byte)(state >> 56);
        }

        return data;
    }
}
