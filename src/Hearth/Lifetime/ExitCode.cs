namespace Hearth.Lifetime;

/// <summary>What the process tells the shell. The README and <c>hearth --help</c> list the same table.</summary>
internal static class ExitCode
{
    /// <summary>Done, or stopped because somebody asked.</summary>
    public const int Ok = 0;

    /// <summary>Could not start (a setting, a port, the engine library, the store), or failed later; the line before says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself was not understood.</summary>
    public const int Usage = 2;

    /// <summary>Interrupted a second time: everything was ended at once, without draining.</summary>
    public const int Interrupted = 130;
}
