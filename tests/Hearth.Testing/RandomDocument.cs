using System.Globalization;
using Hearth.Profiles.Model;
using Attribute = Hearth.Profiles.Model.Attribute;
using ValueType = Hearth.Profiles.Model.ValueType;

namespace Hearth.Testing;

/// <summary>
/// Builds documents from bytes, so that a property test can generate and shrink the bytes: every choice takes one, and none is 0.
/// </summary>
public sealed class RandomDocument
{
    private readonly byte[] _choices;
    private readonly ProfileDocument _document = new();
    private readonly SymbolTable _symbols;
    private int _at;

    private RandomDocument(byte[] choices)
    {
        _choices = choices;
        _symbols = _document.Symbols;
    }

    /// <summary>A document of one group with one profile of one to three sample types, as a pprof says it.</summary>
    public static ProfileDocument LikePprof(byte[] choices)
    {
        RandomDocument random = new(choices);
        random.FillTables(forOtlp: false);
        random.AddPprofProfile(random._document.AddGroup().Add());
        return random._document;
    }

    /// <summary>A document of some groups with some profiles of one sample type, as OTLP says it.</summary>
    public static ProfileDocument LikeOtlp(byte[] choices)
    {
        RandomDocument random = new(choices);
        random.FillTables(forOtlp: true);
        int groups = 1 + random.Next(3);
        for (int g = 0; g < groups; g++)
        {
            ProfileGroup group = random._document.AddGroup();
            group.ResourceAttributes = random.Set(distinctKeys: true, units: false);
            group.ScopeName = random.Text("scope");
            group.ScopeVersion = random.Text("v");
            group.ScopeAttributes = random.Set(distinctKeys: true, units: false);
            int profiles = random.Next(3);
            for (int p = 0; p < profiles; p++)
            {
                random.AddOtlpProfile(group.Add());
            }
        }

        return random._document;
    }

    private int Next(int bound) => _at < _choices.Length ? _choices[_at++] % bound : 0;

    private long Number() => Next(7) switch
    {
        0 => 0,
        1 => Next(256),
        2 => -1 - Next(256),
        3 => long.MaxValue - Next(256),
        4 => long.MinValue + Next(256),
        5 => ((long)Next(256) << 40) + Next(256),
        _ => Next(256) * 1_000_000L,
    };

    private ulong Address() => Next(4) switch
    {
        0 => 0,
        1 => 0xFFFF_FFFF_8100_0000 + (ulong)Next(256),
        2 => (ulong)Next(256),
        _ => 0x5555_0000_0000 + ((ulong)Next(256) << 8),
    };

    private int Text(string prefix)
    {
        string[] tails = ["", " ü€😀", "\"\\\n", " a b", "::<T>", "\0"];
        int choice = Next(12);
        return choice == 0 ? 0 : _symbols.Strings.Intern(string.Create(
            CultureInfo.InvariantCulture, $"{prefix}{choice}{tails[choice % tails.Length]}"));
    }

    private void FillTables(bool forOtlp)
    {
        for (int i = Next(4); i > 0; i--)
        {
            _symbols.Mappings.Add(new Mapping
            {
                MemoryStart = Address(),
                MemoryLimit = Address(),
                FileOffset = (ulong)Next(16) << 12,
                Filename = Text("/lib/"),
                BuildId = Text("id"),
                Flags = (MappingFlags)Next(16),
                AttributeSet = forOtlp ? Set(distinctKeys: true) : 0,
            });
        }

        for (int i = Next(8); i > 0; i--)
        {
            Function function = new() { Name = Text("f"), SystemName = Text("_f"), Filename = Text("/src/"), StartLine = Next(100) };
            _symbols.Functions.Add(function);
        }

        for (int i = Next(12); i > 0; i--)
        {
            Location location = new()
            {
                Mapping = Next(_symbols.Mappings.Count),
                Address = Address(),
                IsFolded = Next(4) == 1,
                LineStart = _symbols.Lines.Count,
                FrameType = forOtlp ? Text("kind") : 0,
                AttributeSet = forOtlp ? Set(distinctKeys: true) : 0,
            };
            for (int line = _symbols.Functions.Count > 1 ? Next(4) : 0; line > 0; line--)
            {
                int function = 1 + Next(_symbols.Functions.Count - 1);
                _symbols.Lines.Add(new Line { Function = function, LineNumber = Next(200), ColumnNumber = Next(3) });
            }

            location.LineCount = _symbols.Lines.Count - location.LineStart;
            _symbols.Locations.Add(location);
        }
    }

    private int Stack()
    {
        int[] stack = new int[_symbols.Locations.Count > 1 ? Next(6) : 0];
        for (int i = 0; i < stack.Length; i++)
        {
            stack[i] = 1 + Next(_symbols.Locations.Count - 1);
        }

        return _symbols.Stacks.Intern(stack);
    }

    private int Set(bool distinctKeys, bool units = true)
    {
        List<int> items = [];
        for (int i = 0; i < 4; i++)
        {
            int kind = Next(distinctKeys ? 7 : 4);
            string key = string.Create(CultureInfo.InvariantCulture, $"key{(distinctKeys ? i : Next(3))}");
            if (kind > 0)
            {
                items.Add(_symbols.Intern(One(kind, _symbols.Strings.Intern(key), distinctKeys && units)));
            }
        }

        return _symbols.AttributeSets.Intern([.. items]);
    }

    private Attribute One(int kind, int key, bool withUnits) => kind switch
    {
        1 or 2 => new Attribute(key, AttributeKind.String, _symbols.Strings.Intern($"value{Next(4)}"), 0, 0),
        3 => new Attribute(key, AttributeKind.Int, 0, Number(), withUnits ? Text("unit") : 0),
        4 => new Attribute(key, AttributeKind.Bool, 0, Next(2), 0),
        5 => new Attribute(key, AttributeKind.Double, 0, BitConverter.DoubleToInt64Bits(Next(256) / 7.0), 0),
        _ => new Attribute(key, AttributeKind.Bytes, _symbols.Strings.Intern([1, (byte)Next(256)]), 0, 0),
    };

    private int Link() => Next(3) == 1 ? _symbols.Intern(new Link(new UInt128((ulong)Next(256), 1), 1 + (ulong)Next(256))) : 0;

    private ValueType Type(string type, string unit) => new(_symbols.Strings.Intern(type), _symbols.Strings.Intern(unit));

    private void SetHeader(Profile profile)
    {
        profile.TimeNanos = 1_700_000_000_000_000_000 + Next(256);
        profile.DurationNanos = Next(256) * 1_000_000L;
        profile.Period = Next(256);
        profile.PeriodType = Next(2) == 0 ? default : Type("cpu", "nanoseconds");
        profile.DropFrames = Text("drop");
        profile.KeepFrames = Text("keep");
        profile.DocUrl = Text("https://doc.example/");
        for (int i = Next(3); i > 0; i--)
        {
            profile.Comments.Add(_symbols.Strings.Intern($"comment {i}"));
        }
    }

    private void AddPprofProfile(Profile profile)
    {
        SetHeader(profile);
        int types = 1 + Next(3);
        for (int i = 0; i < types; i++)
        {
            profile.SampleTypes.Add(Type($"type{i}", "count"));
        }

        profile.DefaultSampleType = Next(2) == 0 ? 0 : profile.SampleTypes[0].Type;
        for (int i = Next(20); i > 0; i--)
        {
            int start = profile.Values.Count;
            for (int type = 0; type < types; type++)
            {
                profile.Values.Add(Number());
            }

            profile.Samples.Add(new Sample
            {
                Stack = Stack(),
                AttributeSet = Set(distinctKeys: false),
                Link = Link(),
                ValueStart = start,
                ValueCount = types,
            });
        }
    }

    private void AddOtlpProfile(Profile profile)
    {
        SetHeader(profile);
        profile.SampleTypes.Add(Type($"type{Next(3)}", "count"));
        profile.ProfileId = new UInt128(1, (ulong)Next(256));
        profile.AttributeSet = Set(distinctKeys: true);
        profile.DroppedAttributes = (uint)Next(3);
        int shape = Next(3);
        for (int i = Next(20); i > 0; i--)
        {
            Sample sample = new()
            {
                Stack = Stack(),
                AttributeSet = Set(distinctKeys: true),
                Link = Link(),
                ValueStart = profile.Values.Count,
                TimestampStart = profile.Timestamps.Count,
                ValueCount = shape == 0 ? 1 : 0,
                TimestampCount = shape == 0 ? 0 : 1 + Next(3),
            };
            sample.ValueCount = shape == 2 ? sample.TimestampCount : sample.ValueCount;
            for (int value = 0; value < sample.ValueCount; value++)
            {
                profile.Values.Add(Number());
            }

            for (int time = 0; time < sample.TimestampCount; time++)
            {
                profile.Timestamps.Add((ulong)profile.TimeNanos + (ulong)Next(256));
            }

            profile.Samples.Add(sample);
        }
    }
}
