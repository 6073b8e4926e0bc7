using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Profiles.Ids;

/// <content>Inputs above 240 bytes: eight accumulators over stripes of 64 bytes.</content>
public static partial class Xxh3
{
    private const int StripeBytes = 64;
    private const int StripesPerBlock = (192 - StripeBytes) / 8;
    private const int BlockBytes = StripeBytes * StripesPerBlock;
    private const int ScrambleKey = 192 - StripeBytes;

    // Internal, with the form chosen by the caller, so that a test can hold the two forms against each other.
    internal static UInt128 HashLong(ReadOnlySpan<byte> data, bool wide)
    {
        Span<ulong> state = [Prime32C, Prime64A, Prime64B, Prime64C, Prime64D, Prime32B, Prime64E, Prime32A];
        ref byte input = ref MemoryMarshal.GetReference(data);
        ref ulong sums = ref MemoryMarshal.GetReference(state);
        if (wide)
        {
            AccumulateWide(ref sums, ref input, data.Length);
        }
        else
        {
            AccumulateScalar(ref sums, ref input, data.Length);
        }

        ulong length = (ulong)data.Length;
        ulong low = Merge(ref sums, 11, length * Prime64A);
        ulong high = Merge(ref sums, 192 - StripeBytes - 11, ~(length * Prime64B));
        return new UInt128(high, low);
    }

    private static ulong Merge(ref ulong sums, int secret, ulong start)
    {
        ulong result = start;
        for (int i = 0; i < 4; i++)
        {
            result += Fold(
                Unsafe.Add(ref sums, 2 * i) ^ Key(secret + (16 * i)),
                Unsafe.Add(ref sums, (2 * i) + 1) ^ Key(secret + (16 * i) + 8));
        }

        return Avalanche(result);
    }

    private static void AccumulateScalar(ref ulong sums, ref byte input, int length)
    {
        int blocks = (length - 1) / BlockBytes;
        int at = 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int stripe = 0; stripe < StripesPerBlock; stripe++, at += StripeBytes)
            {
                AddStripe(ref sums, ref input, at, stripe * 8);
            }

            for (int lane = 0; lane < 8; lane++)
            {
                ref ulong sum = ref Unsafe.Add(ref sums, lane);
                sum = (sum ^ (sum >> 47) ^ Key(ScrambleKey + (lane * 8))) * Prime32A;
            }
        }

        int stripes = (length - 1 - at) / StripeBytes;
        for (int stripe = 0; stripe < stripes; stripe++, at += StripeBytes)
        {
            AddStripe(ref sums, ref input, at, stripe * 8);
        }

        AddStripe(ref sums, ref input, length - StripeBytes, ScrambleKey - 7);
    }

    private static void AddStripe(ref ulong sums, ref byte input, int at, int secret)
    {
        for (int lane = 0; lane < 8; lane++)
        {
            ulong value = Read64(ref input, at + (lane * 8));
            ulong keyed = value ^ Key(secret + (lane * 8));
            Unsafe.Add(ref sums, lane ^ 1) += value;
            Unsafe.Add(ref sums, lane) += (ulong)(uint)keyed * (keyed >> 32);
        }
    }

    private static void AccumulateWide(ref ulong sums, ref byte input, int length)
    {
        ref byte secret = ref MemoryMarshal.GetReference(Secret);
        Vector256<ulong> low = Vector256.LoadUnsafe(ref sums);
        Vector256<ulong> high = Vector256.LoadUnsafe(ref sums, 4);
        int blocks = (length - 1) / BlockBytes;
        int at = 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int stripe = 0; stripe < StripesPerBlock; stripe++, at += StripeBytes)
            {
                low = AddHalf(low, ref Unsafe.Add(ref input, at), ref Unsafe.Add(ref secret, stripe * 8));
                high = AddHalf(high, ref Unsafe.Add(ref input, at + 32), ref Unsafe.Add(ref secret, (stripe * 8) + 32));
            }

            low = Scramble(low, ref Unsafe.Add(ref secret, ScrambleKey));
            high = Scramble(high, ref Unsafe.Add(ref secret, ScrambleKey + 32));
        }

        int stripes = (length - 1 - at) / StripeBytes;
        for (int stripe = 0; stripe < stripes; stripe++, at += StripeBytes)
        {
            low = AddHalf(low, ref Unsafe.Add(ref input, at), ref Unsafe.Add(ref secret, stripe * 8));
            high = AddHalf(high, ref Unsafe.Add(ref input, at + 32), ref Unsafe.Add(ref secret, (stripe * 8) + 32));
        }

        at = length - StripeBytes;
        low = AddHalf(low, ref Unsafe.Add(ref input, at), ref Unsafe.Add(ref secret, ScrambleKey - 7));
        high = AddHalf(high, ref Unsafe.Add(ref input, at + 32), ref Unsafe.Add(ref secret, ScrambleKey - 7 + 32));
        low.StoreUnsafe(ref sums);
        high.StoreUnsafe(ref sums, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> AddHalf(Vector256<ulong> sums, ref byte input, ref byte secret)
    {
        Vector256<ulong> value = Vector256.LoadUnsafe(ref input).AsUInt64();
        Vector256<ulong> keyed = value ^ Vector256.LoadUnsafe(ref secret).AsUInt64();
        Vector256<ulong> product = Avx2.Multiply(keyed.AsUInt32(), (keyed >> 32).AsUInt32());
        Vector256<ulong> swapped = Avx2.Shuffle(value.AsUInt32(), 0b01_00_11_10).AsUInt64();
        return sums + product + swapped;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Scramble(Vector256<ulong> sums, ref byte secret)
    {
        Vector256<ulong> keyed = sums ^ (sums >> 47) ^ Vector256.LoadUnsafe(ref secret).AsUInt64();
        Vector256<uint> prime = Vector256.Create((ulong)Prime32A).AsUInt32();
        Vector256<ulong> low = Avx2.Multiply(keyed.AsUInt32(), prime);
        Vector256<ulong> high = Avx2.Multiply((keyed >> 32).AsUInt32(), prime);
        return low + (high << 32);
    }
}
