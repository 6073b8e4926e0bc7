using Hearth.Profiles.Labels;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Reading;

/// <summary>Makes <see cref="SeriesRow"/>s of blocks; equal label names become one string object.</summary>
internal sealed class SeriesDecoder
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly LabelSet.Builder _labels = new();

    public void Read(NativeBlock block, List<SeriesRow> rows)
    {
        NativeColumn maps = block[4];
        NativeColumn keys = maps.Elements.Item(0);
        NativeColumn values = maps.Elements.Item(1);
        for (int i = 0; i < block.Rows; i++)
        {
            _labels.Clear();
            (int start, int count) = maps.Range(i);
            for (int j = start; j < start + count; j++)
            {
                _labels.Set(Shared(keys.Text(j)), values.Text(j));
            }

            rows.Add(new SeriesRow(
                Shared(block[0].Text(i)),
                Shared(block[1].Text(i)),
                block[2].Values<ulong>()[i],
                block[3].Values<ulong>()[i],
                _labels.Build()));
        }
    }

    private string Shared(string text)
    {
        if (_names.TryGetValue(text, out string? known))
        {
            return known;
        }

        _names.Add(text, text);
        return text;
    }
}
