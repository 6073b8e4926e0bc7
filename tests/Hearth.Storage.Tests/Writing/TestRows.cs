using System.Text;
using Hearth.Profiles.Labels;
using Hearth.Storage.Writing;

namespace Hearth.Storage.Tests.Writing;

/// <summary>Rows for tests, with short names.</summary>
internal static class TestRows
{
    public const string Cpu = "process_cpu:cpu:nanoseconds:cpu:nanoseconds";

    /// <summary>2026-11-20 00:00:00 UTC.</summary>
    public const long Day = 1_795_132_800;

    public static ReadOnlySpan<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Appends a profile: its samples and its own row.</summary>
    public static void AddProfile(
        this RowBatch batch,
        string service,
        ulong series,
        ulong group,
        long seconds,
        IReadOnlyList<(ulong Stack, long Value)> samples,
        string type = Cpu)
    {
        batch.Samples.Begin(new SampleScope
        {
            Tenant = Utf8("t"),
            Service = Utf8(service),
            ProfileType = Utf8(type),
            StartSeconds = seconds,
            Group = group,
            Series = series,
            RetentionDays = 30,
        });
        long total = 0;
        foreach ((ulong stack, long value) in samples)
        {
            batch.Samples.Append(stack, value);
            total = unchecked(total + value);
        }

        batch.Profiles.Append(new ProfileRow
        {
            Tenant = Utf8("t"),
            Service = Utf8(service),
            ProfileType = Utf8(type),
            Series = series,
            Group = group,
            StartNanoseconds = (seconds * 1_000_000_000) + 123_456_789,
            Id = new UInt128(series, (ulong)seconds),
            Total = total,
            Samples = (uint)samples.Count,
            RetentionDays = 30,
        });
    }

    public static void AddSeries(
        this RowBatch batch,
        string service,
        ulong series,
        ulong group,
        long seconds,
        string type = Cpu,
        params (string, string)[] labels) =>
        batch.Series.Append(new SeriesRow
        {
            Tenant = Utf8("t"),
            Service = Utf8(service),
            ProfileType = Utf8(type),
            Series = series,
            Group = group,
            Labels = LabelSet.Of([("service_name", service), .. labels]),
            SeenSeconds = seconds,
            RetentionDays = 30,
        });

    public static void AddStack(this RowBatch batch, string service, ulong stack, params ulong[] frames) =>
        batch.Stacks.Append(new StackRow
        {
            Tenant = Utf8("t"),
            Service = Utf8(service),
            Hash = new UInt128(stack, stack),
            Frames = frames,
            SeenSeconds = Day,
        });

    public static void AddFrame(this RowBatch batch, ulong frame, ulong mapping, ulong address, uint version, params ulong[] functions) =>
        batch.Frames.Append(new FrameRow
        {
            Tenant = Utf8("t"),
            Frame = frame,
            Mapping = mapping,
            Address = address,
            Kind = "native"u8,
            NamesVersion = version,
            Functions = functions,
            Lines = [.. functions.Select(static (_, i) => (long)(10 + i))],
            SeenSeconds = Day,
        });

    public static void AddFunction(this RowBatch batch, ulong function, string name, string file = "a.c") =>
        batch.Functions.Append(new FunctionRow
        {
            Tenant = Utf8("t"),
            Function = function,
            Name = Utf8(name),
            SystemName = Utf8("_" + name),
            File = Utf8(file),
            StartLine = 7,
            SeenSeconds = Day,
        });

    public static void AddMapping(this RowBatch batch, ulong mapping, string file, string buildId = "abcd") =>
        batch.Mappings.Append(new MappingRow
        {
            Tenant = Utf8("t"),
            Mapping = mapping,
            BuildId = Utf8(buildId),
            File = Utf8(file),
            Flags = Profiles.Model.MappingFlags.HasFunctions,
            SeenSeconds = Day,
        });
}
