using System.Text.Json;
using Hearth.Lifetime;
using Hearth.Settings;

namespace Hearth.Top;

/// <summary><c>hearth top</c>: which services use the CPU, and which functions are hot.</summary>
internal static class TopVerb
{
    private const int WidthDefault = 120;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Asks once and writes the answer to standard output.</summary>
    public static Task<int> RunAsync(SettingSet settings) => RoleProcess.RunAsync("top", settings, async context =>
    {
        TopOptions options = context.Bind(new TopOptions(), "HEARTH_TOP");
        context.RefuseMistakes();
        using var http = new HttpClient { Timeout = TopClient.AnswerMax, MaxResponseContentBufferSize = TopClient.AnswerBytesMax };
        TopReport report = await new TopClient(http, options, context.Time).ReadAsync(context.Signals.Drain);
        if (options.Output == TopOutput.Json)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, s_json));
            return ExitCode.Ok;
        }

        if (report.Total == 0)
        {
            await Console.Error.WriteLineAsync(
                "no samples in this range yet; a collector's first window arrives about 20 s after its start (--last looks further back)");
            return ExitCode.Ok;
        }

        bool terminal = !Console.IsOutputRedirected;
        bool colour = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        TopTable.Write(Console.Out, report, terminal && Console.WindowWidth > 0 ? Console.WindowWidth : WidthDefault, colour);
        return ExitCode.Ok;
    });
}
