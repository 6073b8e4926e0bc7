using System.Numerics;

namespace Hearth.Query.FlameGraphs;

/// <summary>The n-th largest of many values without sorting them: a histogram over magnitude, then a sort of one bucket.</summary>
internal static class Threshold
{
    private const int MantissaBits = 8;
    private const int BucketCount = 64 << MantissaBits;

    /// <summary>
    /// The n-th largest value, n from 1; 0 when there are fewer than <paramref name="n"/> values. Values are not negative.
    /// </summary>
    public static long NthLargest(ReadOnlySpan<long> values, int n)
    {
        if (n <= 0 || values.Length < n)
        {
            return 0;
        }

        int[] histogram = new int[BucketCount];
        foreach (long value in values)
        {
            histogram[BucketOf(value)]++;
        }

        int bucket = BucketCount - 1;
        int above = 0;
        while (above + histogram[bucket] < n)
        {
            above += histogram[bucket--];
        }

        long[] inside = new long[histogram[bucket]];
        int count = 0;
        foreach (long value in values)
        {
            if (BucketOf(value) == bucket)
            {
                inside[count++] = value;
            }
        }

        Array.Sort(inside);
        return inside[inside.Length - (n - above)];
    }

    private static int BucketOf(long value)
    {
        ulong bits = (ulong)value;
        if (bits < 1 << MantissaBits)
        {
            return (int)bits;
        }

        int exponent = BitOperations.Log2(bits);
        int mantissa = (int)(bits >> (exponent - MantissaBits)) & ((1 << MantissaBits) - 1);
        return ((exponent - MantissaBits + 1) << MantissaBits) | mantissa;
    }
}
