namespace Hearth.Collector.Processes.Identity;

/// <summary>What the identifier remembers about one process besides its identity.</summary>
internal sealed class IdentityState
{
    /// <summary>What was found; published in one step, since a read that came too late may still finish.</summary>
    public volatile Found? Result;

    /// <summary>Windows since the process was first seen.</summary>
    public int Windows { get; set; }

    /// <summary>True once reading it took too long: it is asked no more.</summary>
    public bool IsSlow { get; set; }

    /// <summary>An identity and where the process publishes changes to it.</summary>
    /// <param name="Identity">Who it is.</param>
    /// <param name="ContextAddress">Address of its OTEL_CTX mapping; 0 none.</param>
    /// <param name="PublishedAt">Publish time of the context that was read.</param>
    public sealed record Found(ProcessIdentity Identity, ulong ContextAddress, ulong PublishedAt);
}
