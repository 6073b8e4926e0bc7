namespace Hearth.Spool.Disk;

/// <summary>The system refused an operation on the spool's directory.</summary>
internal sealed class DiskException(string operation, string path, int error, string message)
    : IOException($"{operation} {path}: {message} (errno {error})")
{
    /// <summary>ENOSPC: no space left on device.</summary>
    public const int NoSpace = 28;

    /// <summary>EDQUOT: quota exceeded.</summary>
    public const int QuotaExceeded = 122;

    /// <summary>The system's error number.</summary>
    public int Error { get; } = error;

    /// <summary>True when there is no room.</summary>
    public bool IsNoSpace => Error is NoSpace or QuotaExceeded;
}
