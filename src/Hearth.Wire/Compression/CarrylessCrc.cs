using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Wire.Compression;

/// <summary>
/// CRC-32 by carry-less multiplication: four lanes of 16 bytes folded at once, then into one, then reduced to 32 bits. Method and constants
/// (powers of x modulo the polynomial, bit-reflected): Intel, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ", 2009.
/// </summary>
internal static class CarrylessCrc
{
    /// <summary>Fewest bytes it takes.</summary>
    public const int BytesMin = 64;

    private const int LaneBytes = 16;

    /// <summary>True where the processor has the instruction.</summary>
    public static bool IsSupported => Pclmulqdq.IsSupported && BitConverter.IsLittleEndian;

    /// <summary>
    /// Continues a CRC (not inverted) over the whole lanes of at least <see cref="BytesMin"/> bytes; <paramref name="used"/> says how many
    /// bytes those were.
    /// </summary>
    public static uint Update(uint crc, ReadOnlySpan<byte> bytes, out int used)
    {
        ReadOnlySpan<Vector128<ulong>> lanes = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        used = lanes.Length * LaneBytes;
        Vector128<ulong> byFour = Vector128.Create(0x0000000154442BD4UL, 0x00000001C6E41596UL);
        Vector128<ulong> byOne = Vector128.Create(0x00000001751997D0UL, 0x00000000CCAA009EUL);
        Vector128<ulong> a = lanes[0] ^ Vector128.CreateScalar((ulong)crc);
        Vector128<ulong> b = lanes[1];
        Vector128<ulong> c = lanes[2];
        Vector128<ulong> d = lanes[3];
        lanes = lanes[4..];
        while (lanes.Length >= 4)
        {
            a = Fold(a, byFour) ^ lanes[0];
            b = Fold(b, byFour) ^ lanes[1];
            c = Fold(c, byFour) ^ lanes[2];
            d = Fold(d, byFour) ^ lanes[3];
            lanes = lanes[4..];
        }

        a = Fold(a, byOne) ^ b;
        a = Fold(a, byOne) ^ c;
        a = Fold(a, byOne) ^ d;
        foreach (Vector128<ulong> lane in lanes)
        {
            a = Fold(a, byOne) ^ lane;
        }

        return Reduce(a, byOne);
    }

    private static Vector128<ulong> Fold(Vector128<ulong> value, Vector128<ulong> powers) =>
        Pclmulqdq.CarrylessMultiply(value, powers, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, powers, 0x11);

    /// <summary>128 bits to 96, to 64, and by Barrett's reduction to 32.</summary>
    private static uint Reduce(Vector128<ulong> value, Vector128<ulong> byOne)
    {
        Vector128<ulong> low32 = Vector128.Create(0x00000000FFFFFFFFUL, 0UL);
        Vector128<ulong> x = Pclmulqdq.CarrylessMultiply(value, byOne, 0x10) ^ Sse2.ShiftRightLogical128BitLane(value, 8);
        Vector128<ulong> y = Pclmulqdq.CarrylessMultiply(x & low32, Vector128.CreateScalar(0x0000000163CD6124UL), 0x00)
            ^ Sse2.ShiftRightLogical128BitLane(x, 4);
        Vector128<ulong> polynomial = Vector128.Create(0x00000001DB710641UL, 0x00000001F7011641UL);
        Vector128<ulong> quotient = Pclmulqdq.CarrylessMultiply(y & low32, polynomial, 0x10) & low32;
        Vector128<ulong> rest = Pclmulqdq.CarrylessMultiply(quotient, polynomial, 0x00) ^ y;
        return rest.AsUInt32().GetElement(1);
    }
}
