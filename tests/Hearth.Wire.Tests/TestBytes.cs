using System.IO.Compression;

namespace Hearth.Wire.Tests;

/// <summary>Bytes for tests, and the platform's compressors as the other opinion.</summary>
internal static class TestBytes
{
    /// <summary>Bytes with runs, repeats near and far, and noise, so that every kind of block and match occurs.</summary>
    public static byte[] Compressible(Random random, int length)
    {
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length)
        {
            int run = Math.Min(random.Next(1, 400), length - at);
            Span<byte> target = bytes.AsSpan(at, run);
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(target);
                    break;
                case 1:
                    target.Fill((byte)random.Next(256));
                    break;
                case 2 when at > 0:
                    int back = random.Next(1, Math.Min(at, 32_768) + 1);
                    for (int i = 0; i < run; i++)
                    {
                        target[i] = bytes[at + i - back];
                    }

                    break;
                default:
                    for (int i = 0; i < run; i++)
                    {
                        target[i] = (byte)('a' + random.Next(6));
                    }

                    break;
            }

            at += run;
        }

        return bytes;
    }

    public static byte[] Gzip(byte[] content, CompressionLevel level) => Pack(content, output => new GZipStream(output, level));

    public static byte[] Zlib(byte[] content, CompressionLevel level) => Pack(content, output => new ZLibStream(output, level));

    public static byte[] Deflate(byte[] content, CompressionLevel level) => Pack(content, output => new DeflateStream(output, level));

    /// <summary>What the platform reads from a raw DEFLATE stream; null if it finds it corrupt.</summary>
    public static byte[]? InflateByPlatform(byte[] packed)
    {
        using DeflateStream stream = new(new MemoryStream(packed), CompressionMode.Decompress);
        using MemoryStream back = new();
        try
        {
            stream.CopyTo(back);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return back.ToArray();
    }

    private static byte[] Pack(byte[] content, Func<Stream, Stream> open)
    {
        using MemoryStream output = new();
        using (Stream packer = open(output))
        {
            packer.Write(content);
        }

        return output.ToArray();
    }
}
