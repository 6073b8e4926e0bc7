namespace Hearth.Native.Tests.Elf;

/// <summary>CRC-32 (IEEE), bit by bit: an oracle that is too plain to be wrong.</summary>
internal static class Crc32
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB8_8320);
            }
        }

        return ~crc;
    }
}
