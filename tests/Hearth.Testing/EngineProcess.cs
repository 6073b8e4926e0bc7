using System.Diagnostics;
using System.Text;
using Xunit;

namespace Hearth.Testing;

/// <summary>A <c>hearth engine</c> as a user would start it: another process, found by its ready line.</summary>
public sealed class EngineProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private EngineProcess(Process process, string key)
    {
        _process = process;
        Key = key;
    }

    /// <summary>Address of its HTTP interface.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>What it wants as X-ClickHouse-Key.</summary>
    public string Key { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>CPU time it used so far, seconds.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>
    /// Starts an engine on a data directory and waits until it listens. Skips the test where the engine library is missing.
    /// </summary>
    public static async Task<EngineProcess> StartAsync(string dataDirectory, params (string Name, string Value)[] environment)
    {
        EngineProcess engine = Begin(dataDirectory, environment);
        using CancellationTokenSource deadline = new(Deadline);
        string? line = await engine._process.StandardOutput.ReadLineAsync(deadline.Token);
        if (line is null)
        {
            await engine._process.WaitForExitAsync(deadline.Token);
            string errors = engine.Errors;
            await engine.DisposeAsync();
            Require.That(!errors.Contains("libchdb.so", StringComparison.Ordinal), errors);
            Assert.Fail($"The engine did not start: {errors}");
        }

        Assert.StartsWith("ready http=", line, StringComparison.Ordinal);
        engine.Url = new Uri("http://" + line["ready http=".Length..]);
        return engine;
    }

    /// <summary>Starts an engine that is expected to refuse; its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Errors)> RunAsync(
        string dataDirectory, params (string Name, string Value)[] environment)
    {
        await using EngineProcess engine = Begin(dataDirectory, environment);
        using CancellationTokenSource deadline = new(Deadline);
        await engine._process.WaitForExitAsync(deadline.Token);
        return (engine._process.ExitCode, engine.Errors);
    }

    /// <summary>Asks it to end with SIGTERM; its exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> StopAsync()
    {
        long started = Stopwatch.GetTimestamp();
        using Process kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using CancellationTokenSource deadline = new(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return (_process.ExitCode, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        using CancellationTokenSource deadline = new(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static EngineProcess Begin(string dataDirectory, (string Name, string Value)[] environment)
    {
        // The test's own folder ends in its configuration: artifacts/bin/PROJECT/debug.
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        string program = Path.Combine(Repository.Root, "artifacts", "bin", "Hearth", configuration, "hearth.dll");
        Assert.True(File.Exists(program), $"{program} is missing: build src/Hearth first.");
        string key = Guid.NewGuid().ToString("N");
        ProcessStartInfo start = new("dotnet", [program, "engine", "--data", dataDirectory])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["HEARTH_ENGINE_KEY"] = key;
        start.Environment["HEARTH_ENGINE_HTTP_PORT"] = "0";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        EngineProcess engine = new(Process.Start(start)!, key);
        engine._process.ErrorDataReceived += engine.OnError;
        engine._process.BeginErrorReadLine();
        return engine;
    }

    private void OnError(object sender, DataReceivedEventArgs data)
    {
        const int Kept = 64 << 10;
        lock (_errors)
        {
            if (_errors.Length < Kept)
            {
                _errors.AppendLine(data.Data);
            }
        }
    }
}
