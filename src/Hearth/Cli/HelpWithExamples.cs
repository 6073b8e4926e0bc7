using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hearth.Cli;

/// <summary>The ordinary help text, followed by examples of the verb and, for the whole command, the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        int code = inner.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        bool isRoot = parseResult.CommandResult.Command is RootCommand;
        string name = parseResult.CommandResult.Command.Name;
        Verb? verb = isRoot ? Verbs.All[0] : Verbs.All.FirstOrDefault(v => v.Name.Split(' ')[^1] == name);
        if (verb is { Examples.Count: > 0 })
        {
            output.WriteLine("Examples:");
            int width = verb.Examples.Max(e => e.Command.Length);
            foreach ((string command, string meaning) in verb.Examples)
            {
                output.WriteLine($"  {command.PadRight(width)}  {meaning}");
            }

            output.WriteLine();
        }

        if (isRoot)
        {
            output.WriteLine("Exit codes:");
            output.WriteLine("  0    done, or stopped by Ctrl-C or SIGTERM");
            output.WriteLine("  1    could not start or failed; the last line on standard error says why");
            output.WriteLine("  2    the command line was not understood");
            output.WriteLine("  130  a second Ctrl-C ended everything without draining");
            output.WriteLine();
        }

        return code;
    }
}
