using System.Buffers.Binary;
using System.Text;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Labels;
using Hearth.Profiles.Model;
using Attribute = Hearth.Profiles.Model.Attribute;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// Attributes → series. The attributes on the allow-list are written one after the other into a key; the series of a key is made
/// once and then found by its bytes, so that a known series costs no allocation.
/// </summary>
internal sealed class SeriesShaper
{
    private const int CachedMax = 8192;
    private static readonly HashSet<string> Promoted = new(LabelNames.PromotedDefault, StringComparer.Ordinal);

    private readonly Dictionary<byte[], SeriesEntry>.AlternateLookup<ReadOnlySpan<byte>> _cache =
        new Dictionary<byte[], SeriesEntry>(ByteKeyComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly IngestOptions _options;
    private readonly AttributeTable _attributes;
    private readonly Column<byte> _key = new(1024);
    private readonly LabelSet.Builder _labels = new();

    public SeriesShaper(IngestOptions options, AttributeTable attributes)
    {
        _options = options;
        _attributes = attributes;
    }

    /// <summary>
    /// The series of these attribute sets, a later set winning over an earlier one; null when its labels are refused, with the
    /// reason noted.
    /// </summary>
    public SeriesEntry? Resolve(SymbolTable symbols, ReadOnlySpan<int> attributeSets, RefusalList refusals, bool isProfile)
    {
        WriteKey(symbols, attributeSets);
        if (_cache.TryGetValue(_key.Span, out SeriesEntry? entry))
        {
            return entry;
        }

        if (!ReadKey(refusals, isProfile))
        {
            return null;
        }

        entry = Make(_labels.Build());
        if (_cache.Dictionary.Count >= CachedMax)
        {
            _cache.Dictionary.Clear();
        }

        _cache.TryAdd(_key.Span, entry);
        return entry;
    }

    // name length, name, value length, value, for every label of every set in order; then the executable, which names the
    // service of a sender that named none.
    private void WriteKey(SymbolTable symbols, ReadOnlySpan<int> attributeSets)
    {
        _key.Clear();
        foreach (int set in attributeSets)
        {
            if (set == 0 || !_attributes.HasLabels(set))
            {
                continue;
            }

            foreach (int attribute in symbols.AttributeSets[set])
            {
                if (_attributes.IsLabel(attribute))
                {
                    Attribute row = symbols.Attributes[attribute];
                    int name = Open();
                    _key.AddRange(symbols.Strings[row.Key]);
                    Close(name);
                    int value = Open();
                    _attributes.AppendValue(attribute, _key);
                    Close(value);
                }
            }
        }
    }

    private bool ReadKey(RefusalList refusals, bool isProfile)
    {
        _labels.Clear();
        ReadOnlySpan<byte> rest = _key.Span;
        while (!rest.IsEmpty)
        {
            string name = LabelNames.StoredName(Take(ref rest, out _));
            string value = Take(ref rest, out int bytes);
            if (bytes > _options.LabelValueBytesMax)
            {
                Note(refusals, isProfile, RefusalReason.LabelTooLong,
                    $"The value of label {name} has {bytes} bytes; {_options.LabelValueBytesMax} are allowed.");
                return false;
            }

            if (!string.IsNullOrWhiteSpace(value))
            {
                _labels.Set(name, value);
            }
        }

        if (_labels.Count > _options.LabelsPerSeriesMax)
        {
            Note(refusals, isProfile, RefusalReason.TooManyLabels,
                $"A series has {_labels.Count} labels; {_options.LabelsPerSeriesMax} are allowed.");
            return false;
        }

        return true;
    }

    private SeriesEntry Make(LabelSet labels)
    {
        if (!labels.TryGet(LabelNames.ServiceName, out string service))
        {
            service = labels.TryGet("process.executable.name", out string executable)
                ? $"{LabelNames.UnknownService}:{executable}"
                : LabelNames.UnknownService;
            labels = new LabelSet.Builder().SetAll(labels).Set(LabelNames.ServiceName, service).Build();
        }

        return new SeriesEntry
        {
            Labels = labels,
            Service = service,
            ServiceUtf8 = Encoding.UTF8.GetBytes(service),
            Series = ContentIds.SeriesId(labels),
            Group = ContentIds.SeriesId(labels.Only(Promoted)),
            Scope = SymbolKeys.Scope(_options.Tenant, service),
        };
    }

    private static void Note(RefusalList refusals, bool isProfile, RefusalReason reason, string sentence)
    {
        if (isProfile)
        {
            refusals.Refuse(reason, sentence);
        }
        else
        {
            refusals.Drop(reason, sentence, 1);
        }
    }

    private int Open()
    {
        int at = _key.Count;
        _key.Extend(4);
        return at;
    }

    private void Close(int at) => BinaryPrimitives.WriteInt32LittleEndian(_key.Slice(at, 4), _key.Count - at - 4);

    private static string Take(ref ReadOnlySpan<byte> rest, out int length)
    {
        length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        string text = Encoding.UTF8.GetString(rest.Slice(4, length));
        rest = rest[(4 + length)..];
        return text;
    }
}
