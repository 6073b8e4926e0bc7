using System.Diagnostics;

namespace Hearth.Testing;

/// <summary>
/// A C program that keeps one CPU busy: nearly all of its time in <see cref="HotFunction"/>, called through <see cref="Caller"/>.
/// </summary>
public sealed class ProcessBusy : IDisposable
{
    /// <summary>Where the time goes.</summary>
    public const string HotFunction = "hearth_test_hot";

    /// <summary>Its caller.</summary>
    public const string Caller = "hearth_test_caller";

    private const string Source =
        """
        #include <stdint.h>
        volatile uint64_t sink;
        __attribute__((noinline)) void hearth_test_hot(uint64_t n) { for (uint64_t i = 0; i < n; i++) sink += i * i; }
        __attribute__((noinline)) void hearth_test_caller(void) { for (;;) { hearth_test_hot(100000); sink++; } }
        int main(void) { hearth_test_caller(); return 0; }
        """;

    private readonly TempFolder _folder = new();
    private readonly Process _process;

    /// <summary>Builds and starts it under a service name; skips the test where there is no C compiler.</summary>
    public ProcessBusy(string service)
    {
        string source = _folder.At("busy.c");
        File.WriteAllText(source, Source);
        Tool.Run(Require.Tool("gcc"), "-O0", "-g", "-fno-omit-frame-pointer", "-o", _folder.At("busy"), source);
        var start = new ProcessStartInfo(_folder.At("busy"));
        start.Environment["OTEL_SERVICE_NAME"] = service;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The busy program did not start.");
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
