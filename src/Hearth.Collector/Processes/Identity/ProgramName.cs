namespace Hearth.Collector.Processes.Identity;

/// <summary>
/// What people call a program: the file name of its executable, or for an interpreter that of the script, assembly or archive it
/// runs. Nothing else of a command line is used or kept.
/// </summary>
internal static class ProgramName
{
    private static readonly string[] Extensions =
        [".py", ".pyc", ".pyz", ".js", ".mjs", ".cjs", ".ts", ".dll", ".exe", ".jar", ".war", ".rb", ".php", ".pl"];

    private static readonly string[] PythonValues = ["-W", "-X", "--check-hash-based-pycs"];
    private static readonly string[] NodeValues =
        ["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"];

    private static readonly string[] DotnetValues =
    [
        "--additionalprobingpath", "--additional-deps", "--depsfile", "--runtimeconfig", "--fx-version", "--roll-forward",
        "--roll-forward-on-no-candidate-fx",
    ];

    private static readonly string[] JavaValues =
    [
        "-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path", "--add-modules", "--add-exports",
        "--add-opens", "--add-reads", "--limit-modules", "--patch-module", "--enable-native-access", "--source",
    ];

    /// <summary>The name for people; never empty if <paramref name="executable"/> is not.</summary>
    /// <param name="executable">File name of the executable.</param>
    /// <param name="arguments">The command line, the program itself first.</param>
    public static string Of(string executable, IReadOnlyList<string> arguments)
    {
        string? name = RuntimeOf(executable) switch
        {
            "cpython" => FromScript(arguments, PythonValues, moduleOption: "-m", codeOption: "-c"),
            "nodejs" => FromScript(arguments, NodeValues, moduleOption: null, codeOption: "-e"),
            ".NET" => FromDotnet(arguments),
            "java" => FromJava(arguments),
            "ruby" or "perl" or "php" => FromScript(arguments, [], moduleOption: null, codeOption: "-e"),
            _ => null,
        };
        return string.IsNullOrEmpty(name) ? executable : name;
    }

    /// <summary>The runtime an interpreter's file name stands for; empty when it is no known interpreter.</summary>
    public static string RuntimeOf(string executable)
    {
        string bare = executable.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', 't', 'd', 'm');
        return executable switch
        {
            "node" or "nodejs" => "nodejs",
            "dotnet" => ".NET",
            "java" => "java",
            _ when executable.StartsWith("python", StringComparison.Ordinal) && bare is "python" or "pytho" => "cpython",
            _ when bare is "ruby" or "perl" or "php" => bare,
            _ => "",
        };
    }

    private static string? FromScript(IReadOnlyList<string> arguments, string[] withValue, string? moduleOption, string codeOption)
    {
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == moduleOption)
            {
                return i + 1 < arguments.Count ? arguments[i + 1] : null;
            }

            if (argument == codeOption || argument is "-" or "--eval" or "-p" or "--print")
            {
                return null;
            }

            if (argument == "--")
            {
                return i + 1 < arguments.Count ? FileName(arguments[i + 1]) : null;
            }

            if (!argument.StartsWith('-'))
            {
                return FileName(argument);
            }

            i += withValue.Contains(argument) ? 1 : 0;
        }

        return null;
    }

    private static string? FromDotnet(IReadOnlyList<string> arguments)
    {
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
                || argument.EndsWith(".exe", StringComparison.OrdinalIgnoreCase))
            {
                return FileName(argument);
            }

            if (argument != "exec" && !argument.StartsWith('-'))
            {
                // An SDK command such as "build": the program is the SDK.
                return null;
            }

            i += DotnetValues.Contains(argument) ? 1 : 0;
        }

        return null;
    }

    private static string? FromJava(IReadOnlyList<string> arguments)
    {
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument is "-jar" or "-m" or "--module")
            {
                return i + 1 < arguments.Count ? FileName(arguments[i + 1]) : null;
            }

            if (!argument.StartsWith('-') && !argument.StartsWith('@'))
            {
                return FileName(argument);
            }

            i += JavaValues.Contains(argument) ? 1 : 0;
        }

        return null;
    }

    private static string FileName(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        string? extension = Extensions.FirstOrDefault(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
        return extension is null || extension.Length == name.Length ? name : name[..^extension.Length];
    }
}
