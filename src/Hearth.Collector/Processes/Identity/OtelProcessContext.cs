using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Hearth.Wire.Protobuf;

namespace Hearth.Collector.Processes.Identity;

/// <summary>
/// Reads the resource that an OpenTelemetry SDK publishes in a mapping named <c>OTEL_CTX</c> (OTEP 4719): a 32-byte header
/// {signature, version, payload size, publish time, payload address} and a protobuf payload. The time is read before and after
/// the payload, so that a change in between is noticed.
/// </summary>
internal static class OtelProcessContext
{
    /// <summary>Largest payload that is read, bytes.</summary>
    public const int PayloadBytesMax = 64 * 1024;

    private const int HeaderBytes = 32;
    private const int Attempts = 3;
    private const int MapsBytesMax = 8 * 1024 * 1024;

    /// <summary>Finds the mapping; 0 when the process has none.</summary>
    public static ulong FindAddress(string procRoot, int pid)
    {
        byte[] buffer = new byte[64 * 1024];
        int length = ProcFile.Read(ProcessStatus.PathOf(procRoot, pid, "maps"), ref buffer, MapsBytesMax);
        return length <= 0 ? 0 : FindAddress(buffer.AsSpan(0, length));
    }

    /// <summary>Finds the mapping in the text of a maps file.</summary>
    internal static ulong FindAddress(ReadOnlySpan<byte> maps)
    {
        while (maps.IndexOf("OTEL_CTX"u8) is var at and >= 0)
        {
            int lineStart = maps[..at].LastIndexOf((byte)'\n') + 1;
            ReadOnlySpan<byte> line = maps[lineStart..];
            int lineEnd = line.IndexOf((byte)'\n');
            line = lineEnd < 0 ? line : line[..lineEnd];
            maps = maps[(lineStart + line.Length)..];

            // address perms offset device inode name: the name is what follows the last space that is not its own.
            int name = line.IndexOfAny((byte)'[', (byte)'/');
            if (name > 0 && IsContext(line[name..]) && Utf8Parser.TryParse(line, out ulong address, out _, 'x'))
            {
                return address;
            }
        }

        return 0;
    }

    /// <summary>Publish time of the context, nanoseconds of CLOCK_BOOTTIME; 0 while it is being changed or when it is none.</summary>
    public static ulong ReadPublishTime(int pid, ulong address)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        return ProcessMemory.TryRead(pid, address, header) ? PublishTime(header) : 0;
    }

    /// <summary>Reads the context; false when it is none, is too large, or kept changing.</summary>
    public static bool TryRead(int pid, ulong address, ResourceAttributes into, out ulong publishedAt)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        publishedAt = 0;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (!ProcessMemory.TryRead(pid, address, header) || !header[..8].SequenceEqual("OTEL_CTX"u8))
            {
                return false;
            }

            publishedAt = PublishTime(header);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            if (publishedAt == 0)
            {
                continue;
            }

            if (size > PayloadBytesMax)
            {
                return false;
            }

            var payload = new byte[size];
            bool read = size == 0
                || ProcessMemory.TryRead(pid, BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), payload);
            if (read && ReadPublishTime(pid, address) == publishedAt)
            {
                return TryParse(payload, into);
            }
        }

        return false;
    }

    /// <summary>Parses ProcessContext {resource = 1 {attributes = 1}, attributes = 2}; takes the resource's attributes.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, ResourceAttributes into)
    {
        var context = new ProtoReader(payload);
        while (context.ReadTag(out int field, out WireType type))
        {
            if (field != 1 || type != WireType.LengthDelimited)
            {
                context.Skip(type);
                continue;
            }

            ProtoReader resource = context.ReadMessage();
            while (resource.ReadTag(out field, out type))
            {
                if (field == 1 && type == WireType.LengthDelimited)
                {
                    ProtoReader attribute = resource.ReadMessage();
                    ReadAttribute(ref attribute, into);
                    resource.Absorb(attribute);
                }
                else
                {
                    resource.Skip(type);
                }
            }

            context.Absorb(resource);
        }

        return !context.Failed;
    }

    private static ulong PublishTime(ReadOnlySpan<byte> header) =>
        header[..8].SequenceEqual("OTEL_CTX"u8) && BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == 2
            ? BinaryPrimitives.ReadUInt64LittleEndian(header[16..])
            : 0;

    private static bool IsContext(ReadOnlySpan<byte> name) =>
        name.StartsWith("[anon_shmem:OTEL_CTX]"u8) || name.StartsWith("[anon:OTEL_CTX]"u8) || name.StartsWith("/memfd:OTEL_CTX"u8);

    private static void ReadAttribute(ref ProtoReader attribute, ResourceAttributes into)
    {
        string key = "";
        while (attribute.ReadTag(out int field, out WireType type))
        {
            if (field == 1 && type == WireType.LengthDelimited)
            {
                key = Encoding.UTF8.GetString(attribute.ReadBytes());
            }
            else if (field == 2 && type == WireType.LengthDelimited)
            {
                ProtoReader value = attribute.ReadMessage();
                ReadValue(ref value, key, into);
                attribute.Absorb(value);
            }
            else
            {
                attribute.Skip(type);
            }
        }
    }

    // AnyValue: string 1, bool 2, int 3, double 4. Lists, maps and bytes describe no resource that is used here.
    private static void ReadValue(ref ProtoReader value, string key, ResourceAttributes into)
    {
        while (value.ReadTag(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.LengthDelimited):
                    into.Add(key, Encoding.UTF8.GetString(value.ReadBytes()));
                    break;
                case (2, WireType.Varint):
                    into.Add(key, value.ReadBool() ? "true" : "false");
                    break;
                case (3, WireType.Varint):
                    into.Add(key, value.ReadInt64());
                    break;
                case (4, WireType.Fixed64):
                    into.Add(key, value.ReadDouble());
                    break;
                default:
                    value.Skip(type);
                    break;
            }
        }
    }
}
