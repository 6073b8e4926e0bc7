using Hearth.Settings;
using Hearth.Telemetry;
using Microsoft.Extensions.Logging;

namespace Hearth.Lifetime;

/// <summary>
/// Runs one role as this process: logs, self-telemetry, signals around it, and the one place that turns a failure into words.
/// </summary>
internal static partial class RoleProcess
{
    /// <summary>Runs the role to its end; the result is the exit code.</summary>
    public static async Task<int> RunAsync(string role, SettingSet settings, Func<RoleContext, Task<int>> body)
    {
        var mistakes = new MistakeList();
        TelemetryOptions telemetry = SettingsBinder.Bind(new TelemetryOptions(), "HEARTH", settings, mistakes);
        using var signals = new StopSignals();
        using var exporting = SelfTelemetry.Start(role);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(telemetry.LogLevel)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning)
            .AddProvider(new StandardErrorLogs(role, Console.Error, TimeProvider.System))
            .AddSelfTelemetry(exporting));
        try
        {
            // The role itself reports these together with its own mistakes.
            return await body(new RoleContext
            {
                Role = role,
                Settings = settings,
                Loggers = loggers,
                Time = TimeProvider.System,
                Signals = signals,
                Mistakes = mistakes,
            });
        }
        catch (StartFailedException failure)
        {
            foreach (string line in failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await Console.Error.WriteLineAsync($"hearth: {line}");
            }

            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (signals.Drain.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (Exception failure)
        {
            // The end of the process: whatever it was, a person gets one line, and the stack only when they ask for it.
            ILogger logger = loggers.CreateLogger("Hearth");
            LogFailed(logger, failure);
            string what = failure.Message.ReplaceLineEndings(" ");
            await Console.Error.WriteLineAsync($"hearth: {role} failed: {what} (HEARTH_LOG_LEVEL=debug shows where)");
            return ExitCode.Failed;
        }
    }

    [LoggerMessage(EventId = 1000, Level = LogLevel.Debug, Message = "The role failed")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
