namespace Hearth.Wire.Compression;

/// <summary>How large an output may become, and how much of it to expect.</summary>
internal static class DeflateBound
{
    /// <summary>Room the inflater keeps beyond the limit.</summary>
    private const int Reserve = 4096;

    /// <summary>Largest length <paramref name="output"/> may reach, kept clear of the largest array.</summary>
    public static int LengthMax(PooledBuffer output, int max) =>
        (int)Math.Min((long)output.Length + Math.Max(max, 0), Array.MaxLength - Reserve);

    /// <summary>First room to ask for: from the bytes that came, never from a length they claim.</summary>
    public static int FirstRoom(int compressed, int max) =>
        (int)Math.Min((4L * compressed) + Reserve, Math.Min((long)Math.Max(max, 0) + Reserve, Array.MaxLength));
}
