namespace Hearth.Lifetime;

/// <summary>A role cannot start for a reason a person can act on. The message is the one line they see.</summary>
internal sealed class StartFailedException : Exception
{
    public StartFailedException(string message)
        : base(message)
    {
    }

    public StartFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>For a failure whose line was already written by the process that failed: nothing is added to it.</summary>
    public static StartFailedException AlreadySaid() => new("");
}
