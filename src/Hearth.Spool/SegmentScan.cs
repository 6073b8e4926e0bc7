using System.Buffers.Binary;

namespace Hearth.Spool;

/// <summary>
/// The sound records of a segment's bytes. A break is searched for the next sound record on an 8-byte border, so that one
/// bad block costs what it holds and no more; what lies behind the last sound record is the torn tail.
/// </summary>
internal sealed class SegmentScan
{
    private SegmentScan(ulong id, bool headerSound, uint version)
    {
        Id = id;
        HeaderSound = headerSound;
        Version = version;
    }

    /// <summary>The segment's id, from its file name.</summary>
    public ulong Id { get; }

    /// <summary>False when the header is torn or overwritten; records were looked for all the same.</summary>
    public bool HeaderSound { get; }

    /// <summary>Format version of the header.</summary>
    public uint Version { get; }

    /// <summary>Payloads of the sound records, in order.</summary>
    public List<ReadOnlyMemory<byte>> Records { get; } = [];

    /// <summary>Bytes between sound records that were not sound themselves: damage.</summary>
    public long CorruptBytes { get; private set; }

    /// <summary>Bytes behind the last sound record: a write that a crash cut short, or damage at the end.</summary>
    public long TailBytes { get; private set; }

    /// <summary>True when the version is one this program cannot read.</summary>
    public bool IsForeign => HeaderSound && Version != SegmentFormat.Version;

    public static SegmentScan Of(ulong id, ReadOnlyMemory<byte> data)
    {
        bool sound = SegmentFormat.TryReadHeader(data.Span, out uint version, out ulong headerId) && headerId == id;
        SegmentScan scan = new(id, sound, version);
        if (!scan.IsForeign)
        {
            scan.ReadRecords(data);
        }

        return scan;
    }

    private void ReadRecords(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        int offset = SegmentFormat.HeaderBytes;
        int brokenFrom = -1;
        while (offset <= bytes.Length - SegmentFormat.RecordHeaderBytes)
        {
            if (SegmentFormat.TryReadRecord(bytes, offset, Id, out _, out Range payload))
            {
                if (brokenFrom >= 0)
                {
                    CorruptBytes += offset - brokenFrom;
                    brokenFrom = -1;
                }

                Records.Add(data[payload]);
                offset += (int)SegmentFormat.RecordBytes(data[payload].Length);
                continue;
            }

            if (brokenFrom < 0)
            {
                brokenFrom = offset;
            }

            offset = NextMarker(bytes, offset + 8);
        }

        int end = brokenFrom >= 0 ? brokenFrom : Math.Min(offset, bytes.Length);
        TailBytes = Math.Max(bytes.Length - end, 0);
    }

    private static int NextMarker(ReadOnlySpan<byte> bytes, int offset)
    {
        for (; offset <= bytes.Length - SegmentFormat.RecordHeaderBytes; offset += 8)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]) == SegmentFormat.Marker)
            {
                return offset;
            }
        }

        return bytes.Length;
    }
}
