using System.Buffers;
using System.Buffers.Text;
using Hearth.Native.Bytes;

namespace Hearth.Native.PerfMaps;

/// <summary>
/// What a runtime's <c>/tmp/perf-PID.map</c> says about generated code. Each line is <c>START SIZE NAME</c> in hexadecimal.
/// The file only grows, so a refresh reads what is new; memory is re-used by the runtime, so a line replaces every older one
/// that it overlaps. Names stay in the file: 16 bytes are held per line. (Format: perf's Documentation/jit-interface.txt.)
/// </summary>
public sealed class PerfMapTable
{
    /// <summary>Longest name that is returned, bytes; longer ones are cut.</summary>
    public const int NameBytesMax = 2048;

    private const int TailBytes = 64;

    private readonly int _linesMax;
    private readonly byte[] _tail = new byte[TailBytes];
    private PerfMapEntry[] _entries = [];
    private int _count;
    private int _tailLength;

    /// <summary>Starts empty.</summary>
    /// <param name="linesMax">Lines that are held; a file with more is cut off and <see cref="IsFull"/> says so.</param>
    public PerfMapTable(int linesMax) => _linesMax = linesMax;

    /// <summary>Ranges held.</summary>
    public int Count => _count;

    /// <summary>Bytes of the file that were read: the end of the last complete line.</summary>
    public long Position { get; private set; }

    /// <summary>Lines that are no map lines.</summary>
    public long BadLines { get; private set; }

    /// <summary>True once a line was left out because the table is full.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Memory held, bytes.</summary>
    public long ByteSize => 16L * _entries.Length;

    /// <summary>
    /// Reads complete lines behind <see cref="Position"/>, up to <paramref name="limit"/> (a file offset below 4 GiB). Starts over
    /// when the file was written anew.
    /// </summary>
    /// <returns>False when it started over: names that were read before are void.</returns>
    public bool Refresh(ByteSource file, long limit)
    {
        ArgumentNullException.ThrowIfNull(file);
        limit = Math.Min(limit, uint.MaxValue);
        bool isNew = IsRewritten(file);
        if (isNew)
        {
            _tailLength = 0;
            _count = 0;
            Position = 0;
            IsFull = false;
        }

        if (IsFull || Position >= limit)
        {
            return !isNew;
        }

        var batch = new List<PerfMapEntry>();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            while (Position < limit && !IsFull)
            {
                int wanted = (int)Math.Min(buffer.Length, limit - Position);
                int read = file.Read(Position, buffer.AsSpan(0, wanted));
                int used = read <= 0 ? 0 : ReadLines(buffer.AsSpan(0, read), batch);
                if (used == 0 && read < buffer.Length)
                {
                    break;
                }

                // A line longer than the buffer is none: step over it piece by piece.
                BadLines += used == 0 ? 1 : 0;
                Position += used == 0 ? read : used;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Merge(batch);
        _tailLength = (int)Math.Min(Position, TailBytes);
        _tailLength = file.TryReadExactly(Position - _tailLength, _tail.AsSpan(0, _tailLength)) ? _tailLength : 0;
        return !isNew;
    }

    /// <summary>The range that holds an address.</summary>
    public bool TryFind(ulong address, out PerfMapEntry entry)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (_entries[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        entry = low > 0 ? _entries[low - 1] : default;
        return low > 0 && address < entry.End;
    }

    /// <summary>
    /// Reads the name of a range; control characters become spaces. Returns its length, 0 when the file no longer has it.
    /// </summary>
    public static int ReadName(ByteSource file, in PerfMapEntry entry, Span<byte> into)
    {
        ArgumentNullException.ThrowIfNull(file);
        into = into[..Math.Min(into.Length, NameBytesMax)];
        int length = Math.Max(file.Read(entry.NameOffset, into), 0);
        int end = into[..length].IndexOf((byte)'\n');
        length = end >= 0 ? end : length;
        foreach (ref byte at in into[..length])
        {
            at = at is < 0x20 or 0x7F ? (byte)' ' : at;
        }

        return into[..length].TrimEnd((byte)' ').Length;
    }

    // A runtime that is switched on again starts the file over: then what lies before the position is not what was read.
    private bool IsRewritten(ByteSource file)
    {
        Span<byte> now = stackalloc byte[TailBytes];
        return _tailLength > 0
            && !(file.TryReadExactly(Position - _tailLength, now[.._tailLength])
                && now[.._tailLength].SequenceEqual(_tail.AsSpan(0, _tailLength)));
    }

    private int ReadLines(ReadOnlySpan<byte> text, List<PerfMapEntry> batch)
    {
        int used = 0;
        int end;
        while ((end = text[used..].IndexOf((byte)'\n')) >= 0)
        {
            if (!TryParse(text.Slice(used, end), Position + used, out PerfMapEntry entry))
            {
                BadLines++;
            }
            else if (_count + batch.Count >= _linesMax)
            {
                IsFull = true;
                break;
            }
            else
            {
                batch.Add(entry);
            }

            used += end + 1;
        }

        return used;
    }

    private static bool TryParse(ReadOnlySpan<byte> line, long offset, out PerfMapEntry entry)
    {
        entry = default;
        int start = line.StartsWith("0x"u8) ? 2 : 0;
        if (!Utf8Parser.TryParse(line[start..], out ulong address, out int used, 'x') || start + used >= line.Length
            || line[start + used] != ' ')
        {
            return false;
        }

        int sizeAt = start + used + 1;
        sizeAt += line[sizeAt..].StartsWith("0x"u8) ? 2 : 0;
        if (!Utf8Parser.TryParse(line[sizeAt..], out uint size, out used, 'x') || sizeAt + used + 1 >= line.Length
            || line[sizeAt + used] != ' ' || size == 0 || address > ulong.MaxValue - size)
        {
            return false;
        }

        entry = new PerfMapEntry(address, size, (uint)(offset + sizeAt + used + 1));
        return true;
    }

    private void Merge(List<PerfMapEntry> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        // Later lines have larger name offsets: that is their age.
        batch.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.NameOffset.CompareTo(b.NameOffset));
        int fresh = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            PerfMapEntry candidate = batch[i];
            bool keep = true;
            while (fresh > 0 && batch[fresh - 1].End > candidate.Start)
            {
                if (batch[fresh - 1].NameOffset > candidate.NameOffset)
                {
                    keep = false;
                    break;
                }

                fresh--;
            }

            if (keep)
            {
                batch[fresh++] = candidate;
            }
        }

        var merged = new PerfMapEntry[_count + fresh];
        int count = 0;
        int at = 0;
        for (int i = 0; i < _count; i++)
        {
            ref readonly PerfMapEntry old = ref _entries[i];
            while (at < fresh && batch[at].End <= old.Start)
            {
                merged[count++] = batch[at++];
            }

            if (at == fresh || batch[at].Start >= old.End)
            {
                merged[count++] = old;
            }
        }

        while (at < fresh)
        {
            merged[count++] = batch[at++];
        }

        _entries = merged;
        _count = count;
    }
}
