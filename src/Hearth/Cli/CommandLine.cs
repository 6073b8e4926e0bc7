using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Hearth.Lifetime;
using Hearth.Settings;

namespace Hearth.Cli;

/// <summary>Turns an argument vector into one verb with its settings, or into words about what was not understood.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs. Usage errors go to standard error, one line each, and give <see cref="ExitCode.Usage"/>.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        RootCommand root = Build();
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (string line in parsed.Errors.Select(e => e.Message).Distinct())
            {
                await error.WriteLineAsync($"hearth: {line}");
            }

            string verb = parsed.CommandResult.Command is RootCommand ? "" : " " + parsed.CommandResult.Command.Name;
            await error.WriteLineAsync($"hearth: try 'hearth{verb} --help'");
            return ExitCode.Usage;
        }

        // Signals are the roles' own business, and so are failures.
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(invocation);
    }

    private static RootCommand Build()
    {
        Verb all = Verbs.All[0];
        var root = new RootCommand("Hearth: continuous profiling of a machine or a cluster, read from Grafana. Without a verb: all.");
        Fill(root, all);
        foreach (Verb verb in Verbs.All)
        {
            Command parent = root;
            string[] words = verb.Name.Split(' ');
            if (words.Length == 2)
            {
                parent = root.Subcommands.FirstOrDefault(c => c.Name == words[0]) ?? AddTo(root, new Command(words[0], verb.Summary));
            }

            var command = new Command(words[^1], verb.Summary) { Hidden = verb.Hidden };
            Fill(command, verb);
            parent.Subcommands.Add(command);
        }

        HelpOption help = root.Options.OfType<HelpOption>().First();
        help.Action = new HelpWithExamples(new HelpAction());
        return root;
    }

    private static Command AddTo(Command parent, Command child)
    {
        parent.Subcommands.Add(child);
        return child;
    }

    private static void Fill(Command command, Verb verb)
    {
        var options = new List<(Flag Flag, Option<string> Option)>();
        foreach (Flag flag in verb.Flags)
        {
            var option = new Option<string>(flag.Name)
            {
                Description = $"{flag.Help} [{flag.Key}]",
                HelpName = flag.ValueName,
                Arity = ArgumentArity.ExactlyOne,
            };
            command.Options.Add(option);
            options.Add((flag, option));
        }

        command.SetAction((parsed, _) =>
        {
            var settings = SettingSet.FromEnvironment();
            foreach ((Flag flag, Option<string> option) in options)
            {
                if (parsed.GetResult(option) is { Implicit: false } && parsed.GetValue(option) is { } value)
                {
                    settings.AddFlag(flag.Name, flag.Key, value);
                }
            }

            return verb.Run(settings);
        });
    }
}
