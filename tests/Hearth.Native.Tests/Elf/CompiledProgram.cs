using Hearth.Testing;

namespace Hearth.Native.Tests.Elf;

/// <summary>A small C program, built by the machine's compiler.</summary>
internal static class CompiledProgram
{
    public const string Source = """
        #include <stdio.h>
        __attribute__((noinline)) static int inner(int x) { volatile int y = x; return y * 3; }
        __attribute__((noinline)) int outer_function(int x) { return inner(x) + 1; }
        int __alias_name(int) __attribute__((alias("outer_function")));
        __attribute__((weak)) int weak_function(int x) { return x - 1; }
        int main(int argc, char **argv) { printf("%d\n", outer_function(argc) + weak_function(argc)); return 0; }
        """;

    /// <summary>Builds <see cref="Source"/> in a folder and returns the path of the program.</summary>
    public static string Build(TempFolder folder, params string[] options)
    {
        string gcc = Require.Tool("gcc");
        File.WriteAllText(folder.At("program.c"), Source);
        Tool.Run(gcc, ["-O1", "-g", "-Wl,--build-id=sha1", .. options, "-o", folder.At("program"), folder.At("program.c")]);
        return folder.At("program");
    }
}
