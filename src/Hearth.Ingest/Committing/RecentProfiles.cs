namespace Hearth.Ingest.Committing;

/// <summary>
/// Identities of profiles inserted lately, to acknowledge a resend without storing it twice. Bounded by count and by time: two
/// generations, each at most half the count and half the time; the older one is forgotten as a whole.
/// </summary>
internal sealed class RecentProfiles
{
    private readonly int _generationMax;
    private readonly TimeSpan _generationTime;
    private readonly TimeProvider _time;
    private HashSet<UInt128> _young = [];
    private HashSet<UInt128> _old = [];
    private long _youngSince;

    /// <summary>Remembers at most <paramref name="max"/> identities, each for <paramref name="time"/> at most and half of it at least
    /// (shorter only when the count is reached).</summary>
    public RecentProfiles(int max, TimeSpan time, TimeProvider clock)
    {
        _generationMax = Math.Max(max / 2, 1);
        _generationTime = time / 2;
        _time = clock;
        _youngSince = clock.GetTimestamp();
    }

    /// <summary>Identities remembered.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>True when a profile with this identity was inserted lately.</summary>
    public bool Contains(UInt128 identity)
    {
        Age();
        return _young.Contains(identity) || _old.Contains(identity);
    }

    /// <summary>Remembers an identity.</summary>
    public void Add(UInt128 identity)
    {
        Age();
        if (_young.Count >= _generationMax)
        {
            Turn();
        }

        _young.Add(identity);
    }

    private void Age()
    {
        TimeSpan age = _time.GetElapsedTime(_youngSince);
        if (age < _generationTime)
        {
            return;
        }

        Turn();
        if (age >= _generationTime * 2)
        {
            _old.Clear();
        }
    }

    private void Turn()
    {
        (_young, _old) = (_old, _young);
        _young.Clear();
        _youngSince = _time.GetTimestamp();
    }
}
