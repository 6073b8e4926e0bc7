namespace Hearth.Profiles.Model;

/// <summary>What a decoder found wrong. Keeps the first <see cref="KeptMax"/> in words and counts the rest.</summary>
public sealed class ProblemList
{
    /// <summary>Problems kept in words.</summary>
    public const int KeptMax = 20;

    private readonly List<Problem> _kept = [];

    /// <summary>All problems, kept or only counted.</summary>
    public int Count { get; private set; }

    /// <summary>The first problems, in order of appearance.</summary>
    public IReadOnlyList<Problem> Kept => _kept;

    /// <summary>Adds a problem.</summary>
    public void Add(string id, int offset, string message)
    {
        Count++;
        if (_kept.Count < KeptMax)
        {
            _kept.Add(new Problem(id, offset, message));
        }
    }

    /// <summary>True when one of the kept problems has this id.</summary>
    public bool Has(string id) => _kept.Exists(p => p.Id == id);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = 0;
        _kept.Clear();
    }

    /// <summary>The problems as one line.</summary>
    public override string ToString()
    {
        string text = string.Join("; ", _kept.Select(p => p.Message));
        return Count > _kept.Count ? $"{text}; and {Count - _kept.Count} more" : text;
    }
}
