using System.Text;

namespace Hearth.Collector.Processes;

/// <summary>
/// One <see cref="MappedFile"/> per identity. Bounded: a full table starts over, and files seen before then count as new
/// ones, which costs cache hits and nothing else. Used by the reading thread alone.
/// </summary>
internal sealed class MappedFileTable
{
    /// <summary>Characters of a path that are kept.</summary>
    public const int PathCharsMax = 4096;

    private readonly Dictionary<Key, MappedFile> _files;
    private readonly Dictionary<Key, MappedFile>.AlternateLookup<KeySpan> _lookup;
    private readonly int _filesMax;

    /// <summary>Starts empty, with room for <paramref name="filesMax"/> files.</summary>
    public MappedFileTable(int filesMax = 32_768)
    {
        _filesMax = filesMax;
        _files = new Dictionary<Key, MappedFile>(KeyComparer.Instance);
        _lookup = _files.GetAlternateLookup<KeySpan>();
    }

    /// <summary>Files remembered.</summary>
    public int Count => _files.Count;

    /// <summary>The file of that identity. Allocates only for one not seen before.</summary>
    /// <param name="path">UTF-8 path as the kernel tells it, without escapes; may be empty.</param>
    /// <param name="device">Major × 2^32 + minor.</param>
    /// <param name="inode">Inode number.</param>
    /// <param name="generation">Inode generation; 0 unknown.</param>
    public MappedFile Get(ReadOnlySpan<byte> path, ulong device, ulong inode, ulong generation = 0)
    {
        KeySpan key = new(path, device, inode);
        if (_lookup.TryGetValue(key, out MappedFile? file))
        {
            return file;
        }

        if (_files.Count >= _filesMax)
        {
            _files.Clear();
        }

        file = new MappedFile(KindOf(path), CleanText(path, PathCharsMax), device, inode, generation);
        _files.Add(new Key(path.ToArray(), device, inode), file);
        return file;
    }

    /// <summary>Text from another process with control characters replaced by '?' and cut to a length.</summary>
    public static string CleanText(ReadOnlySpan<byte> text, int charsMax)
    {
        string value = Encoding.UTF8.GetString(text);
        if (value.Length > charsMax)
        {
            value = value[..charsMax];
        }

        return value.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0
            ? value
            : string.Create(value.Length, value, static (span, source) =>
            {
                for (int i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(source[i]) ? '?' : source[i];
                }
            });
    }

    private static MappedFileKind KindOf(ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual("[vdso]"u8))
        {
            return MappedFileKind.Vdso;
        }

        if (path.SequenceEqual("[vsyscall]"u8))
        {
            return MappedFileKind.Vsyscall;
        }

        bool file = path.StartsWith("/"u8)
            && !path.StartsWith("//"u8)
            && !path.StartsWith("/memfd:"u8)
            && !path.StartsWith("/dev/zero"u8)
            && !path.StartsWith("/SYSV"u8)
            && !path.StartsWith("/anon_hugepage"u8);
        return file ? MappedFileKind.File : MappedFileKind.Jit;
    }

    private readonly record struct Key(byte[] Path, ulong Device, ulong Inode);

    private readonly ref struct KeySpan(ReadOnlySpan<byte> path, ulong device, ulong inode)
    {
        public ReadOnlySpan<byte> Path { get; } = path;

        public ulong Device { get; } = device;

        public ulong Inode { get; } = inode;
    }

    private sealed class KeyComparer : IEqualityComparer<Key>, IAlternateEqualityComparer<KeySpan, Key>
    {
        public static readonly KeyComparer Instance = new();

        public Key Create(KeySpan alternate) => new(alternate.Path.ToArray(), alternate.Device, alternate.Inode);

        public bool Equals(KeySpan alternate, Key other) =>
            alternate.Inode == other.Inode && alternate.Device == other.Device && alternate.Path.SequenceEqual(other.Path);

        public bool Equals(Key x, Key y) => Equals(new KeySpan(x.Path, x.Device, x.Inode), y);

        public int GetHashCode(KeySpan alternate)
        {
            HashCode hash = default;
            hash.Add(alternate.Inode);
            hash.Add(alternate.Device);
            hash.AddBytes(alternate.Path);
            return hash.ToHashCode();
        }

        public int GetHashCode(Key obj) => GetHashCode(new KeySpan(obj.Path, obj.Device, obj.Inode));
    }
}
