namespace Hearth.Profiles.Model;

/// <summary>Profiles of one resource and scope (OTLP ResourceProfiles × ScopeProfiles). A pprof is one group without attributes.</summary>
public sealed class ProfileGroup
{
    private readonly List<Profile> _pool = [];

    /// <summary>Attribute set of the resource (service.name, process.pid, k8s.pod.name, …).</summary>
    public int ResourceAttributes { get; set; }

    /// <summary>String: schema of the resource.</summary>
    public int ResourceSchemaUrl { get; set; }

    /// <summary>String: name of the instrumentation scope.</summary>
    public int ScopeName { get; set; }

    /// <summary>String: version of the instrumentation scope.</summary>
    public int ScopeVersion { get; set; }

    /// <summary>Attribute set of the scope.</summary>
    public int ScopeAttributes { get; set; }

    /// <summary>String: schema of the scope.</summary>
    public int ScopeSchemaUrl { get; set; }

    /// <summary>Profiles held.</summary>
    public int Count { get; private set; }

    /// <summary>The profiles in order.</summary>
    public IReadOnlyList<Profile> Profiles => Count == _pool.Count ? _pool : _pool.GetRange(0, Count);

    /// <summary>A profile by index, without allocating.</summary>
    public Profile this[int index] =>
        index < Count ? _pool[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Appends an empty profile, reusing one that was cleared.</summary>
    public Profile Add()
    {
        if (Count == _pool.Count)
        {
            _pool.Add(new Profile());
        }

        Profile profile = _pool[Count++];
        profile.Clear();
        return profile;
    }

    /// <summary>Takes back the profile added last (a decoder that refused it).</summary>
    public void RemoveLast() => Count--;

    /// <summary>Back to no profiles; memory is kept.</summary>
    public void Clear()
    {
        Count = 0;
        ResourceAttributes = ResourceSchemaUrl = 0;
        ScopeName = ScopeVersion = ScopeAttributes = ScopeSchemaUrl = 0;
    }
}
