using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Profiles.Model;

/// <summary>What a decoder found wrong. Keeps the first <see cref="KeptMax"/> in words and counts the rest.</summary>
public sealed class ProblemList
{
    /// <summary>Problems kept in words.</summary>
    public const int KeptMax = 20;

    private readonly List<Problem> _kept = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>All problems, kept or only counted.</summary>
    public int Count { get; private set; }

    /// <summary>The first problems, in order of appearance.</summary>
    public IReadOnlyList<Problem> Kept => _kept;

    /// <summary>Adds a problem.</summary>
    public void Add(string id, int offset, string message)
    {
        Tally(id);
        if (_kept.Count < KeptMax)
        {
            _kept.Add(new Problem(id, offset, message));
        }
    }

    /// <summary>Adds a problem; the words are put together only while problems are kept in words.</summary>
    public void Add(string id, int offset, [InterpolatedStringHandlerArgument("")] ref ProblemText message)
    {
        Tally(id);
        if (message.IsKept)
        {
            _kept.Add(new Problem(id, offset, message.ToStringAndClear()));
        }
    }

    /// <summary>True when a problem has this id, kept or only counted.</summary>
    public bool Has(string id) => _counts.ContainsKey(id);

    /// <summary>Problems with this id, kept or only counted.</summary>
    public int CountOf(string id) => _counts.GetValueOrDefault(id);

    /// <summary>Every id with the number of its problems.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = 0;
        _kept.Clear();
        _counts.Clear();
    }

    /// <summary>The problems as one line.</summary>
    public override string ToString()
    {
        string text = string.Join("; ", _kept.Select(p => p.Message));
        return Count > _kept.Count ? $"{text}; and {Count - _kept.Count} more" : text;
    }

    private void Tally(string id)
    {
        Count++;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, id, out _)++;
    }
}
