using Hearth.Lifetime;
using Hearth.Settings;

namespace Hearth.Engine;

/// <summary>The verb <c>engine</c>.</summary>
internal static class EngineVerb
{
    /// <summary>Prefix of the engine's settings.</summary>
    public const string Prefix = "HEARTH_ENGINE";

    /// <summary>Runs until asked to end.</summary>
    public static Task<int> RunAsync(SettingSet settings) => RoleProcess.RunAsync("engine", settings, async context =>
    {
        EngineOptions options = context.Bind(new EngineOptions(), Prefix);
        context.RefuseMistakes();
        return await EngineRole.RunAsync(options, context.Time, context.Loggers, context.Signals.Drain);
    });
}
