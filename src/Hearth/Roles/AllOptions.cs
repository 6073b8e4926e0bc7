namespace Hearth.Roles;

/// <summary>What only the supervisor needs to know.</summary>
internal sealed class AllOptions
{
    /// <summary>Directory that keeps everything; null for the default of the user.</summary>
    public string? Data { get; init; }

    /// <summary>A ClickHouse server to use instead of the embedded engine; null for the engine.</summary>
    public Uri? ClickhouseUrl { get; init; }
}
