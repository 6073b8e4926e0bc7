using Hearth.Settings;
using Microsoft.Extensions.Logging;

namespace Hearth.Lifetime;

/// <summary>What every role gets: settings, mistakes to add to, logs, time, and the signals to end.</summary>
internal sealed class RoleContext
{
    /// <summary>The role's verb, for logs and telemetry.</summary>
    public required string Role { get; init; }

    /// <summary>What was asked for.</summary>
    public required SettingSet Settings { get; init; }

    /// <summary>Where logs go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Time.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The signals to end.</summary>
    public required StopSignals Signals { get; init; }

    /// <summary>What is wrong with the settings, as far as they were read.</summary>
    public required MistakeList Mistakes { get; init; }

    /// <summary>Fills options from the settings; what is wrong is added to <see cref="Mistakes"/>.</summary>
    public T Bind<T>(T options, string prefix)
        where T : class => SettingsBinder.Bind(options, prefix, Settings, Mistakes);

    /// <summary>Adds what an options class found by its own checks, except what the annotations already said.</summary>
    public void Note(string prefix, IEnumerable<string> mistakes)
    {
        foreach (string mistake in mistakes.Where(m => !m.StartsWith("The ", StringComparison.Ordinal)))
        {
            Mistakes.Add($"{prefix}: {mistake}");
        }
    }

    /// <summary>When anything was wrong, nothing starts and every mistake is said at once.</summary>
    public void RefuseMistakes()
    {
        if (Mistakes.Lines.Count > 0)
        {
            throw new StartFailedException(string.Join('\n', Mistakes.Lines));
        }
    }

    /// <summary>Writes the ready line to standard output.</summary>
    public static async Task AnnounceAsync(ReadyLine ready)
    {
        await Console.Out.WriteLineAsync(ready.ToString());
        await Console.Out.FlushAsync();
    }
}
