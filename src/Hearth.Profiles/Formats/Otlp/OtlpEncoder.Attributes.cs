using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <content>
/// Attributes: in place for resource and scope; by index for the rest, with those that fields of the model stand for added behind the
/// document's own.
/// </content>
internal sealed partial class OtlpEncoder
{
    private const int Unknown = 0;
    private const int AsItIs = 1;
    private const int MergedFrom = 2;

    private readonly Column<int> _set = new();
    private readonly Column<AddedAttribute> _added = new();
    private readonly Column<AttributeRole> _addedKeys = new();
    private readonly StringTable _encodedValues = new();
    private readonly ProtoWriter _value = new();
    private readonly Dictionary<AddedAttribute, int> _addedRows = [];
    private readonly int[] _keyRows = new int[(int)AttributeRole.SampleTypeOrder + 1];
    private readonly Column<int> _setRows = new();
    private readonly ListTable _mergedSets = new();
    private readonly List<int> _repeated = [];

    private void BeginAdded()
    {
        _added.Clear();
        _addedKeys.Clear();
        _encodedValues.Clear();
        _addedRows.Clear();
        _mergedSets.Clear();
        Array.Clear(_keyRows);
        _setRows.Clear();
        _setRows.Extend(_symbols.AttributeSets.Count).Clear();
    }

    private void WriteAttributes(int field, int set)
    {
        foreach (int index in _symbols.AttributeSets[set])
        {
            Model.Attribute attribute = _symbols.Attributes[index];
            int mark = _output.Begin(field);
            WriteText(_output, 1, _symbols.Strings[attribute.Key]);
            WriteAnyValue(2, attribute);
            _output.End(mark);
        }
    }

    private void WriteAnyValue(int field, in Model.Attribute attribute)
    {
        if (attribute.Kind == AttributeKind.None)
        {
            return;
        }

        int mark = _output.Begin(field);
        WriteValue(_output, attribute);
        _output.End(mark);
    }

    private void WriteValue(ProtoWriter output, in Model.Attribute attribute)
    {
        switch (attribute.Kind)
        {
            case AttributeKind.String:
                WriteTextAlways(output, 1, _symbols.Strings[attribute.Text]);
                break;
            case AttributeKind.Bool:
                output.VarintAlways(2, (ulong)attribute.Number);
                break;
            case AttributeKind.Int:
                output.VarintAlways(3, (ulong)attribute.Number);
                break;
            case AttributeKind.Double:
                output.DoubleAlways(4, BitConverter.Int64BitsToDouble(attribute.Number));
                break;
            case AttributeKind.Bytes:
                output.BytesAlways(7, _symbols.Strings[attribute.Text]);
                break;
            case AttributeKind.Encoded:
                output.Raw(_symbols.Strings[attribute.Text]);
                break;
            default:
                break;
        }
    }

    private void AddTextAttribute(AttributeRole role, int text)
    {
        if (text != 0)
        {
            _set.Add(Add(new AddedAttribute(KeyRow(role), text, 0, AddedKind.Text)));
        }
    }

    private void AddFlagAttribute(AttributeRole role) => _set.Add(Add(new AddedAttribute(KeyRow(role), 0, 0, AddedKind.Flag)));

    private int AddEncoded(AttributeRole role) =>
        Add(new AddedAttribute(KeyRow(role), _encodedValues.Intern(_value.Written), 0, AddedKind.Encoded));

    private int Add(AddedAttribute attribute)
    {
        if (!_addedRows.TryGetValue(attribute, out int row))
        {
            row = _symbols.Attributes.Count + _added.Add(attribute);
            _addedRows.Add(attribute, row);
        }

        return row;
    }

    private int KeyRow(AttributeRole role)
    {
        ref int row = ref _keyRows[(int)role];
        row = row != 0 ? row : _symbols.Strings.Count + _addedKeys.Add(role);
        return row;
    }

    /// <summary>
    /// The attributes of a set with each key once: OTLP allows no key twice in a set, pprof labels may repeat. The values of such a
    /// key become one array. Worked out once for each set.
    /// </summary>
    private ReadOnlySpan<int> SetOf(int set)
    {
        ref int known = ref _setRows[set];
        if (known == Unknown)
        {
            ReadOnlySpan<int> items = _symbols.AttributeSets[set];
            known = HasRepeats(items) ? MergedFrom + Merge(items) : AsItIs;
        }

        return known == AsItIs ? _symbols.AttributeSets[set] : _mergedSets[known - MergedFrom];
    }

    private bool HasRepeats(ReadOnlySpan<int> set)
    {
        for (int i = 1; i < set.Length; i++)
        {
            if (FirstWithKeyOf(set, i) < i)
            {
                return true;
            }
        }

        return false;
    }

    private int FirstWithKeyOf(ReadOnlySpan<int> set, int item)
    {
        int key = _symbols.Attributes[set[item]].Key;
        for (int i = 0; i < item; i++)
        {
            int other = _symbols.Attributes[set[i]].Key;
            if (other == key || _symbols.Strings[other].SequenceEqual(_symbols.Strings[key]))
            {
                return i;
            }
        }

        return item;
    }

    private int Merge(ReadOnlySpan<int> items)
    {
        int merged = _mergedSets.Open();
        for (int i = 0; i < items.Length; i++)
        {
            if (FirstWithKeyOf(items, i) < i)
            {
                continue;
            }

            _repeated.Clear();
            for (int other = i; other < items.Length; other++)
            {
                if (FirstWithKeyOf(items, other) == i)
                {
                    _repeated.Add(items[other]);
                }
            }

            _mergedSets.Push(_repeated.Count == 1 ? items[i] : AddArray(_symbols.Attributes[items[i]].Key));
        }

        return merged;
    }

    private int AddArray(int key)
    {
        int unit = 0;
        _value.Reset();
        int array = _value.Begin(5);
        foreach (int row in _repeated)
        {
            Model.Attribute attribute = _symbols.Attributes[row];
            unit = unit == 0 ? attribute.Unit : unit;
            int element = _value.Begin(1);
            WriteValue(_value, attribute);
            _value.End(element);
        }

        _value.End(array);
        return Add(new AddedAttribute(key, _encodedValues.Intern(_value.Written), unit, AddedKind.Encoded));
    }

    private enum AddedKind : byte
    {
        Text,
        Flag,
        Encoded,
    }

    /// <summary>An attribute behind the document's own. Key, unit and text are string rows; text may be of the encoded values.</summary>
    private readonly record struct AddedAttribute(int Key, int Text, int Unit, AddedKind Kind);
}
