using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Profiles.Types;
using Hearth.Query.Selecting;
using Hearth.Storage.Reading;
using Hearth.Wire.Protobuf;

namespace Hearth.Query.FlameGraphs;

/// <summary>
/// Builds one pprof from merged stacks: one sample per distinct stack, one sample type, mappings, files and lines in full. The sample
/// and period types are those of the profile type id; time and duration are the slots that were read.
/// Addresses are offsets in the mapped file, so a mapping starts at 0 and is as long as its largest offset.
/// </summary>
internal sealed class PprofBuilder
{
    private readonly ProfileDocument _document = new();
    private readonly Profile _profile;
    private readonly Dictionary<ulong, int> _functions = [];
    private readonly Dictionary<ulong, int> _mappings = [];
    private readonly Dictionary<ulong, int> _locations = [];
    private readonly Dictionary<ulong, int> _callees = [];
    private readonly Dictionary<string, int> _stubs = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _samples = [];
    private readonly List<PprofPart> _parts = [];
    private readonly PprofShape _shape;

    public PprofBuilder(ProfileType type, QueryRange range, PprofShape shape)
    {
        _shape = shape;
        _profile = _document.AddGroup().Add();
        StringTable strings = Symbols.Strings;
        _profile.SampleTypes.Add(new Hearth.Profiles.Model.ValueType(strings.Intern(type.SampleType), strings.Intern(type.SampleUnit)));
        _profile.PeriodType = new Hearth.Profiles.Model.ValueType(strings.Intern(type.PeriodType), strings.Intern(type.PeriodUnit));
        _profile.TimeNanos = range.FirstSlot * 1_000_000_000;
        _profile.DurationNanos = (range.EndSlot - range.FirstSlot) * 1_000_000_000;
    }

    private SymbolTable Symbols => _document.Symbols;

    /// <summary>Adds the stacks of one service.</summary>
    /// <param name="part">The stacks.</param>
    public void Add(PprofPart part) => _parts.Add(part);

    /// <summary>The pprof, not compressed.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        FrameCut cut = FrameCut.Of(_parts, _shape.NodesMax);
        List<int> stack = [];
        for (int part = 0; part < _parts.Count; part++)
        {
            ServiceStacks service = _parts[part].Service;
            for (int i = 0; i < service.Stacks.Length; i++)
            {
                if (_parts[part].Counts(service.Stacks[i]))
                {
                    stack.Clear();
                    ReadOnlySpan<ulong> frames = _parts[part].FramesOf(service.Stacks[i]);
                    Fill(stack, frames, cut.FramesKept(part, i, frames.Length), _parts[part].Symbols);
                    Count(stack, service.Values[i]);
                }
            }
        }

        ProtoWriter writer = new(64 * 1_024);
        PprofWriter.Write(_document, _profile, writer);
        return writer.WrittenMemory;
    }

    // Leaf first, as the model has it; what was cut off at the leaf is one location named "other".
    private void Fill(List<int> stack, ReadOnlySpan<ulong> frames, int kept, SymbolExport symbols)
    {
        if (frames.IsEmpty)
        {
            stack.Add(Stub(FlameGraphTree.NoStack));
            return;
        }

        if (kept < frames.Length)
        {
            stack.Add(Stub("other"));
        }

        int from = frames.Length - kept;
        int to = _shape.LeafLocations > 0 ? Math.Min(frames.Length, from + _shape.LeafLocations) : frames.Length;
        for (int i = from; i < to; i++)
        {
            stack.Add(symbols.Frames.TryGetValue(frames[i], out ExportFrame? frame)
                ? Location(frame, symbols, i == 0 && _shape.AggregateCallees && frame.Functions.Length == 1)
                : Stub($"[unknown frame {frames[i]:x16}]"));
        }
    }

    private void Count(List<int> stack, long value)
    {
        int row = Symbols.Stacks.Intern(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(stack));
        if (_samples.TryGetValue(row, out int sample))
        {
            ref long sum = ref _profile.Values[_profile.Samples[sample].ValueStart];
            sum = FlameGraphTree.AddSaturated(sum, value);
            return;
        }

        _samples.Add(row, _profile.Samples.Add(new Sample { Stack = row, ValueStart = _profile.Values.Add(value), ValueCount = 1 }));
    }

    private int Location(ExportFrame frame, SymbolExport symbols, bool withoutLine)
    {
        Dictionary<ulong, int> known = withoutLine ? _callees : _locations;
        ulong key = withoutLine ? frame.Functions[0] : frame.Frame;
        if (known.TryGetValue(key, out int location))
        {
            return location;
        }

        int mapping = Mapping(frame, symbols);
        int first = Symbols.Lines.Count;
        for (int i = 0; i < frame.Functions.Length; i++)
        {
            Symbols.Lines.Add(new Line
            {
                Function = Function(frame.Functions[i], symbols),
                LineNumber = !withoutLine && i < frame.Lines.Length ? frame.Lines[i] : 0,
                ColumnNumber = !withoutLine && i < frame.Columns.Length ? frame.Columns[i] : 0,
            });
        }

        location = Symbols.Locations.Add(new Location
        {
            Mapping = mapping,
            Address = withoutLine ? 0 : frame.Address,
            LineStart = first,
            LineCount = frame.Functions.Length,
            IsFolded = frame.Folded,
            FrameType = Symbols.Strings.Intern(frame.Kind),
        });
        known.Add(key, location);
        return location;
    }

    private int Mapping(ExportFrame frame, SymbolExport symbols)
    {
        if (frame.Mapping == 0 || !symbols.Mappings.TryGetValue(frame.Mapping, out ExportMapping? source))
        {
            return 0;
        }

        if (!_mappings.TryGetValue(frame.Mapping, out int row))
        {
            row = Symbols.Mappings.Add(new Mapping
            {
                Filename = Symbols.Strings.Intern(source.File),
                BuildId = Symbols.Strings.Intern(source.BuildId),
                Flags = source.Flags,
            });
            _mappings.Add(frame.Mapping, row);
        }

        ref Mapping mapping = ref Symbols.Mappings[row];
        mapping.MemoryLimit = Math.Max(mapping.MemoryLimit, frame.Address == ulong.MaxValue ? frame.Address : frame.Address + 1);
        return row;
    }

    private int Function(ulong id, SymbolExport symbols)
    {
        if (_functions.TryGetValue(id, out int row))
        {
            return row;
        }

        StringTable strings = Symbols.Strings;
        row = Symbols.Functions.Add(symbols.Functions.TryGetValue(id, out ExportFunction? source)
            ? new Function
            {
                Name = strings.Intern(source.Name),
                SystemName = strings.Intern(source.SystemName),
                Filename = strings.Intern(source.File),
                StartLine = source.StartLine,
            }
            : new Function { Name = strings.Intern($"[unknown function {id:x16}]") });
        _functions.Add(id, row);
        return row;
    }

    // A location that stands for something other than code.
    private int Stub(string name)
    {
        if (!_stubs.TryGetValue(name, out int location))
        {
            int function = Symbols.Functions.Add(new Function { Name = Symbols.Strings.Intern(name) });
            int line = Symbols.Lines.Add(new Line { Function = function });
            location = Symbols.Locations.Add(new Location { LineStart = line, LineCount = 1 });
            _stubs.Add(name, location);
        }

        return location;
    }
}
