using System.Text;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Tests.Formats.Pprof;

/// <summary>Pprof bytes field by field, right or wrong on purpose.</summary>
internal sealed class PprofBytes
{
    private readonly ProtoWriter _output = new();

    public byte[] ToArray() => _output.Written.ToArray();

    /// <summary>One sample type, two functions, two locations, one sample of both: everything a file needs.</summary>
    public static PprofBytes Small() => new PprofBytes()
        .ValueType(1, 1, 2)
        .Sample(s => Sample(s, [2, 1], [7]))
        .Mapping(1, 3)
        .Location(1, 1, 1)
        .Location(2, 1, 2)
        .Function(1, 4)
        .Function(2, 5)
        .Strings("", "samples", "count", "/bin/app", "main", "work", "thread");

    public static void Sample(ProtoWriter sample, long[] locations, long[] values)
    {
        sample.PackedInt64(1, locations);
        sample.PackedInt64(2, values);
    }

    public PprofBytes ValueType(int field, long type, long unit) => Nested(field, o =>
    {
        o.Int64(1, type);
        o.Int64(2, unit);
    });

    public PprofBytes Sample(Action<ProtoWriter> fields) => Nested(2, fields);

    public PprofBytes Mapping(long id, long file) => Nested(3, o =>
    {
        o.Int64(1, id);
        o.Int64(5, file);
    });

    public PprofBytes Location(long id, long mapping, params long[] functions) => Nested(4, o =>
    {
        o.Int64(1, id);
        o.Int64(2, mapping);
        foreach (long function in functions)
        {
            int line = o.Begin(4);
            o.Int64(1, function);
            o.Int64(2, 10);
            o.End(line);
        }
    });

    public PprofBytes Function(long id, long name) => Nested(5, o =>
    {
        o.Int64(1, id);
        o.Int64(2, name);
    });

    public PprofBytes Strings(params string[] strings)
    {
        foreach (string text in strings)
        {
            _output.BytesAlways(6, Encoding.UTF8.GetBytes(text));
        }

        return this;
    }

    public PprofBytes Raw(Action<ProtoWriter> fields)
    {
        fields(_output);
        return this;
    }

    private PprofBytes Nested(int field, Action<ProtoWriter> fields)
    {
        int mark = _output.Begin(field);
        fields(_output);
        _output.End(mark);
        return this;
    }
}
