using Hearth.Cli;
using Hearth.Lifetime;

if (!SupervisedChild.BindToSupervisor())
{
    return ExitCode.Failed;
}

return await CommandLine.RunAsync(args, Console.Error);
