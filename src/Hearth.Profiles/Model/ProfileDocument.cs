namespace Hearth.Profiles.Model;

/// <summary>
/// What one file or one request says: symbols, and groups of profiles that share them. Every format reads into it and
/// writes from it. Made to be reused: <see cref="Clear"/> keeps all memory.
/// </summary>
public sealed class ProfileDocument
{
    private readonly List<ProfileGroup> _pool = [];
    private readonly List<object> _scratch = [];

    /// <summary>The tables all profiles share.</summary>
    public SymbolTable Symbols { get; } = new();

    /// <summary>Whole profiles the decoder refused while it read the others; each is in the problem list.</summary>
    public int RefusedProfiles { get; set; }

    /// <summary>Groups held.</summary>
    public int Count { get; private set; }

    /// <summary>A group by index.</summary>
    public ProfileGroup this[int index] =>
        index < Count ? _pool[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Profiles in all groups.</summary>
    public int ProfileCount
    {
        get
        {
            int count = 0;
            for (int i = 0; i < Count; i++)
            {
                count += _pool[i].Count;
            }

            return count;
        }
    }

    /// <summary>The working memory of one decoder or encoder, kept with the document from one input to the next.</summary>
    internal T Scratch<T>()
        where T : class, new()
    {
        foreach (object scratch in _scratch)
        {
            if (scratch is T known)
            {
                return known;
            }
        }

        T added = new();
        _scratch.Add(added);
        return added;
    }

    /// <summary>Appends an empty group, reusing one that was cleared.</summary>
    public ProfileGroup AddGroup()
    {
        if (Count == _pool.Count)
        {
            _pool.Add(new ProfileGroup());
        }

        ProfileGroup group = _pool[Count++];
        group.Clear();
        return group;
    }

    /// <summary>Back to nothing; memory is kept.</summary>
    public void Clear()
    {
        Symbols.Clear();
        Count = 0;
        RefusedProfiles = 0;
    }
}
