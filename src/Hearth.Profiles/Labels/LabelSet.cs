using System.Collections;
using System.Text;

namespace Hearth.Profiles.Labels;

/// <summary>
/// Labels of a series: sorted by the UTF-8 bytes of the name, each name once, no empty value (an empty value means the label is
/// absent). Immutable; equal when the labels are equal.
/// </summary>
public sealed class LabelSet : IReadOnlyList<Label>, IEquatable<LabelSet>
{
    private readonly Label[] _labels;
    private readonly int _hash;

    private LabelSet(Label[] sorted)
    {
        _labels = sorted;
        HashCode hash = default;
        foreach (Label label in sorted)
        {
            hash.Add(label);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>No labels.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <summary>Labels held.</summary>
    public int Count => _labels.Length;

    /// <summary>The labels in order, without allocating.</summary>
    public ReadOnlySpan<Label> Span => _labels;

    /// <summary>A label by position. Throws <see cref="IndexOutOfRangeException"/> outside [0, Count).</summary>
    public Label this[int index] => _labels[index];

    /// <summary>The value of a label; null when there is none.</summary>
    public string? this[string name] => TryGet(name, out string value) ? value : null;

    /// <summary>The set of these labels; the last of several with one name wins.</summary>
    public static LabelSet Of(IEnumerable<KeyValuePair<string, string>> labels)
    {
        Builder builder = new();
        foreach ((string name, string value) in labels)
        {
            builder.Set(name, value);
        }

        return builder.Build();
    }

    /// <summary>The set of these labels; the last of several with one name wins.</summary>
    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Builder builder = new();
        foreach ((string name, string value) in labels)
        {
            builder.Set(name, value);
        }

        return builder.Build();
    }

    /// <summary>Looks a label up. False, and the empty string, when there is none.</summary>
    public bool TryGet(string name, out string value)
    {
        int low = 0;
        int high = _labels.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = Utf8Order.Compare(_labels[middle].Name, name);
            if (order == 0)
            {
                value = _labels[middle].Value;
                return true;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        value = "";
        return false;
    }

    /// <summary>The labels whose names are among <paramref name="names"/>.</summary>
    public LabelSet Only(IReadOnlySet<string> names)
    {
        Builder builder = new();
        foreach (Label label in _labels)
        {
            if (names.Contains(label.Name))
            {
                builder.Set(label.Name, label.Value);
            }
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) =>
        other is not null && (ReferenceEquals(this, other) || (_hash == other._hash && _labels.AsSpan().SequenceEqual(other._labels)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <summary>A hash good for this process only; the lasting one is the series id.</summary>
    public override int GetHashCode() => _hash;

    /// <summary>The labels as a selector writes them: <c>{a="b", c="d"}</c>, with quote, backslash and line feed escaped.</summary>
    public override string ToString()
    {
        StringBuilder text = new("{");
        foreach (Label label in _labels)
        {
            text.Append(text.Length > 1 ? ", " : "").Append(label.Name).Append("=\"");
            foreach (char unit in label.Value)
            {
                _ = unit switch
                {
                    '"' => text.Append("\\\""),
                    '\\' => text.Append("\\\\"),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(unit),
                };
            }

            text.Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <inheritdoc/>
    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();

    /// <summary>Collects labels; may be used again after <see cref="Build"/>.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

        /// <summary>Names set so far.</summary>
        public int Count => _labels.Count;

        /// <summary>Sets a label, replacing an earlier value; an empty value removes it.</summary>
        public Builder Set(string name, string value)
        {
            if (value.Length == 0)
            {
                _labels.Remove(name);
            }
            else
            {
                _labels[name] = value;
            }

            return this;
        }

        /// <summary>Removes a label, if it is there.</summary>
        public Builder Remove(string name)
        {
            _labels.Remove(name);
            return this;
        }

        /// <summary>True when the label was set.</summary>
        public bool Has(string name) => _labels.ContainsKey(name);

        /// <summary>Sets every label of <paramref name="labels"/>.</summary>
        public Builder SetAll(LabelSet labels)
        {
            foreach (Label label in labels._labels)
            {
                _labels[label.Name] = label.Value;
            }

            return this;
        }

        /// <summary>The labels set so far.</summary>
        public LabelSet Build()
        {
            if (_labels.Count == 0)
            {
                return Empty;
            }

            Label[] sorted = new Label[_labels.Count];
            int count = 0;
            foreach ((string name, string value) in _labels)
            {
                sorted[count++] = new Label(name, value);
            }

            Array.Sort(sorted, static (left, right) => Utf8Order.Compare(left.Name, right.Name));
            return new LabelSet(sorted);
        }

        /// <summary>Forgets every label.</summary>
        public void Clear() => _labels.Clear();
    }
}
