using Hearth.Spool.Disk;

namespace Hearth.Spool.Tests.Disk;

/// <summary>
/// A disk in memory that loses power, runs full and fails to sync. What was not synced may survive a cut in part, as zeros
/// or as rubbish; entries of the directory survive only after its sync. Seeded: the same seed lies in the same way.
/// </summary>
internal sealed class LyingDisk(int seed) : IDisk
{
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();
    private Dictionary<string, Content> _now = [];
    private Dictionary<string, Content> _durable = [];

    /// <summary>The next syncs that fail; the data they should have made durable is dropped, and later syncs succeed without it.</summary>
    public int SyncFailures { get; set; }

    /// <summary>The next writes that find no room, after writing a part.</summary>
    public int NoSpaceFailures { get; set; }

    public IReadOnlyList<DiskEntry> List()
    {
        lock (_gate)
        {
            return [.. _now.Select(f => new DiskEntry(f.Key, f.Value.Data.Count))];
        }
    }

    public IDiskFile Create(string name)
    {
        lock (_gate)
        {
            if (_now.ContainsKey(name))
            {
                throw new DiskException("create", name, 17, "File exists");
            }

            Content content = new();
            _now[name] = content;
            return new LyingFile(this, name, content);
        }
    }

    public byte[] Read(string name, long bytesMax)
    {
        lock (_gate)
        {
            return _now.TryGetValue(name, out Content? content)
                ? [.. content.Data.Take((int)Math.Min(bytesMax, content.Data.Count))]
                : throw new FileNotFoundException(name);
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            _now.Remove(name);
        }
    }

    public void Rename(string name, string to)
    {
        lock (_gate)
        {
            _now[to] = _now[name];
            _now.Remove(name);
        }
    }

    public void SyncDirectory()
    {
        lock (_gate)
        {
            _durable = new(_now);
        }
    }

    /// <summary>The power goes: the disk that comes back has what was durable, and of the rest what chance leaves.</summary>
    public LyingDisk CutPower()
    {
        lock (_gate)
        {
            Dictionary<string, Content> after = [];
            foreach ((string name, Content content) in _durable)
            {
                if (_now.ContainsKey(name) || _random.Next(2) == 0)
                {
                    after[name] = content.AfterCut(_random);
                }
            }

            foreach ((string name, Content content) in _now)
            {
                if (!_durable.ContainsKey(name) && _random.Next(2) == 0)
                {
                    after[name] = content.AfterCut(_random);
                }
            }

            return new LyingDisk(_random.Next()) { _now = after, _durable = new(after) };
        }
    }

    /// <summary>Flips one bit of a file that was durable.</summary>
    public void FlipBit(string name, int offset)
    {
        lock (_gate)
        {
            _now[name].Data[offset] ^= 0x10;
        }
    }

    internal sealed class Content
    {
        public List<byte> Data { get; } = [];

        public int Synced { get; set; }

        public Content AfterCut(Random random)
        {
            Content after = new();
            after.Data.AddRange(Data.Take(Synced));
            int loose = Data.Count - after.Data.Count;
            int kept = loose > 0 ? random.Next(loose + 1) : 0;
            for (int i = 0; i < kept; i++)
            {
                after.Data.Add(Data[after.Data.Count]);
            }

            if (loose > kept && random.Next(2) == 0)
            {
                int rubbish = random.Next(loose - kept + 1);
                bool zeros = random.Next(2) == 0;
                for (int i = 0; i < rubbish; i++)
                {
                    after.Data.Add(zeros ? (byte)0 : (byte)random.Next(256));
                }
            }

            after.Synced = after.Data.Count;
            return after;
        }
    }

    private sealed class LyingFile(LyingDisk disk, string name, Content content) : IDiskFile
    {
        public void Append(ReadOnlySpan<byte> data)
        {
            lock (disk._gate)
            {
                if (disk.NoSpaceFailures > 0)
                {
                    disk.NoSpaceFailures--;
                    content.Data.AddRange(data[..(data.Length / 2)]);
                    throw new DiskException("write", name, DiskException.NoSpace, "No space left on device");
                }

                content.Data.AddRange(data);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                if (disk.SyncFailures > 0)
                {
                    disk.SyncFailures--;
                    for (int i = content.Synced; i < content.Data.Count; i++)
                    {
                        content.Data[i] = 0;
                    }

                    throw new DiskException("sync", name, 5, "Input/output error");
                }

                content.Synced = content.Data.Count;
            }
        }

        public void Truncate(long length)
        {
            lock (disk._gate)
            {
                content.Data.RemoveRange((int)length, content.Data.Count - (int)length);
                content.Synced = Math.Min(content.Synced, (int)length);
            }
        }

        public void Dispose()
        {
        }
    }
}
