using System.Text;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;
using Hearth.Storage.Writing;

namespace Hearth.Query.Tests.Hosting;

/// <summary>
/// Profiles whose content a test knows. Stacks are written as text from the root: "main;foo>bar;baz" is three frames, of which the
/// second has bar inlined into foo. Kept in memory too, so that a plain loop can compute what an answer must be.
/// </summary>
internal sealed class KnownData
{
    public const string Tenant = "anonymous";

    private static readonly string[] Promoted = ["k8s.namespace.name", "deployment.environment.name", "service.version"];

    private readonly RowBatch _batch = new();
    private readonly HashSet<(string Service, ulong Stack)> _stacks = [];
    private readonly HashSet<ulong> _frames = [];
    private int _tokens;

    public List<KnownProfile> Profiles { get; } = [];

    public static ProfileType Cpu { get; } = Type("process_cpu:cpu:nanoseconds:cpu:nanoseconds");

    public static ProfileType Inuse { get; } = Type("memory:inuse_space:bytes:space:bytes");

    public static ProfileType Type(string id) => ProfileType.TryParse(id, out ProfileType type) ? type : throw new ArgumentException(id);

    /// <summary>Function names of a stack written as text, root first, inlined ones expanded.</summary>
    public static string[] Functions(string stack) => stack.Length == 0 ? [] : stack.Split(';', '>');

    public void Add(ProfileType type, LabelSet labels, long startMs, params KnownSample[] samples)
    {
        KnownProfile profile = new(type, labels, startMs, samples);
        Profiles.Add(profile);
        ulong series = ContentIds.SeriesId(labels);
        ulong group = ContentIds.SeriesId(labels.Only(Promoted.ToHashSet()));
        byte[] tenant = Encoding.UTF8.GetBytes(Tenant);
        byte[] service = Encoding.UTF8.GetBytes(profile.Service);
        byte[] id = Encoding.UTF8.GetBytes(type.Id);
        long seconds = startMs / 1_000;
        _batch.Series.Append(new SeriesRow
        {
            Tenant = tenant, Service = service, ProfileType = id, Series = series, Group = group, Labels = labels,
            SeenSeconds = seconds, RetentionDays = 3_650,
        });
        _batch.Samples.Begin(new SampleScope
        {
            Tenant = tenant, Service = service, ProfileType = id, StartSeconds = seconds, Group = group, Series = series,
            RetentionDays = 3_650,
        });
        foreach (KnownSample sample in samples)
        {
            _batch.Samples.Append(Stack(tenant, profile.Service, sample.Stack, seconds), sample.Value, sample.Span);
        }

        _batch.Profiles.Append(new ProfileRow
        {
            Tenant = tenant, Service = service, ProfileType = id, Series = series, Group = group, RetentionDays = 3_650,
            StartNanoseconds = startMs * 1_000_000, Id = (UInt128)Profiles.Count, DurationNanoseconds = 15_000_000_000,
            Total = samples.Sum(s => s.Value), Samples = (uint)samples.Length,
        });
    }

    /// <summary>Writes what was added since the last time.</summary>
    public async Task WriteAsync(QueryHost host)
    {
        await host.Writer.WriteAsync(_batch, $"known-{++_tokens}", QueryHost.Token);
        _batch.Clear();
    }

    private ulong Stack(byte[] tenant, string service, string text, long seconds)
    {
        string[] parts = text.Length == 0 ? [] : text.Split(';');
        ulong[] frames = [.. parts.Reverse().Select(part => Frame(tenant, part, seconds))];
        UInt128 hash = ContentIds.StackId(frames);
        if (_stacks.Add((service, (ulong)hash)))
        {
            _batch.Stacks.Append(new StackRow
            {
                Tenant = tenant, Service = Encoding.UTF8.GetBytes(service), Hash = hash, Frames = frames, SeenSeconds = seconds,
            });
        }

        return (ulong)hash;
    }

    private ulong Frame(byte[] tenant, string part, long seconds)
    {
        byte[][] names = [.. part.Split('>').Reverse().Select(Encoding.UTF8.GetBytes)];
        ulong[] functions = [.. names.Select(name => ContentIds.FunctionId(name, name, "app.cs"u8, 1))];
        long[] lines = [.. names.Select((_, i) => 10L + i)];
        FrameLine[] hashed = [.. functions.Select((f, i) => new FrameLine(f, lines[i], 0))];
        ulong mapping = ContentIds.MappingId("abc123"u8, "/usr/bin/app"u8);
        ulong address = 0x1000 + (ulong)(part.Length * 16) + part[0];
        ulong frame = ContentIds.FrameId("abc123"u8, "/usr/bin/app"u8, address, false, "native"u8, hashed);
        if (!_frames.Add(frame))
        {
            return frame;
        }

        for (int i = 0; i < functions.Length; i++)
        {
            _batch.Functions.Append(new FunctionRow
            {
                Tenant = tenant, Function = functions[i], Name = names[i], SystemName = names[i], File = "app.cs"u8, StartLine = 1,
                SeenSeconds = seconds,
            });
        }

        _batch.Mappings.Append(new MappingRow
        {
            Tenant = tenant, Mapping = mapping, BuildId = "abc123"u8, File = "/usr/bin/app"u8,
            Flags = Hearth.Profiles.Model.MappingFlags.HasFunctions, SeenSeconds = seconds,
        });
        _batch.Frames.Append(new FrameRow
        {
            Tenant = tenant, Frame = frame, Mapping = mapping, Address = address, Kind = "native"u8, Functions = functions,
            Lines = lines, SeenSeconds = seconds,
        });
        return frame;
    }
}
