using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hearth.Testing;

/// <summary>
/// A Node.js program that a test talks to over standard input and output: one JSON object a line, {"id", "do", …} to it and
/// {"id", "result"} or {"id", "error"} from it. Its packages are installed with <c>npm ci</c> when they are missing or the lock file
/// changed.
/// </summary>
public sealed class NodePeer : IAsyncDisposable
{
    private static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(60);
    private static readonly SemaphoreSlim Installing = new(1, 1);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private int _lastId;

    private NodePeer(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>
    /// Starts <paramref name="script"/> of <paramref name="folder"/>, which holds its package.json and package-lock.json. Skips the test
    /// where node or the packages cannot be had; in CI that fails.
    /// </summary>
    public static async Task<NodePeer> StartAsync(string folder, string script)
    {
        string node = Require.Tool("node");
        await InstallAsync(folder);
        ProcessStartInfo start = new(node, [script])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new NodePeer(Process.Start(start) ?? throw new InvalidOperationException("node did not start."));
    }

    /// <summary>Installs the packages of a folder unless they are there; for tests that start node in their own way.</summary>
    public static async Task InstallAsync(string folder)
    {
        string lockFile = Require.Existing(Path.Combine(folder, "package-lock.json"));
        string wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(lockFile)));
        string stamp = Path.Combine(folder, "node_modules", ".installed");
        await Installing.WaitAsync();
        try
        {
            // Another test process may install the same folder: the one that holds this file goes first.
            using FileStream turn = await TakeTurnAsync(Path.Combine(Path.GetTempPath(), $"hearth-npm-{Name(folder)}.lock"));
            if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp) != wanted)
            {
                await RunNpmAsync(folder);
                await File.WriteAllTextAsync(stamp, wanted);
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    /// <summary>Sends one command with its arguments (an anonymous object) and waits up to a minute for the result.</summary>
    public async Task<JsonElement> AskAsync(string command, object? arguments = null)
    {
        JsonObject request = arguments is null ? [] : JsonSerializer.SerializeToNode(arguments)!.AsObject();
        int id = Interlocked.Increment(ref _lastId);
        request["id"] = id;
        request["do"] = command;
        TaskCompletionSource<JsonElement> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(request.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }

        if (_reading.IsCompleted)
        {
            answer.TrySetException(new InvalidOperationException("The node program has ended."));
        }

        return await answer.Task.WaitAsync(AnswerDeadline);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        _process.Dispose();
        _writing.Dispose();
    }

    private static string Name(string folder) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(folder))).AsSpan(0, 8));

    private static async Task<FileStream> TakeTurnAsync(string path)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) < InstallDeadline)
            {
                await Task.Delay(200);
            }
        }
    }

    private static async Task RunNpmAsync(string folder)
    {
        ProcessStartInfo start = new(Require.Tool("npm"), ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start.");
        Task<string> output = npm.StandardOutput.ReadToEndAsync();
        Task<string> errors = npm.StandardError.ReadToEndAsync();
        try
        {
            await npm.WaitForExitAsync().WaitAsync(InstallDeadline);
        }
        catch (TimeoutException)
        {
            npm.Kill(entireProcessTree: true);
            Require.That(false, $"npm ci in {Path.GetFileName(folder)} did not end within {InstallDeadline.TotalMinutes} minutes.");
        }

        Require.That(npm.ExitCode == 0, $"npm ci in {Path.GetFileName(folder)} failed: {await output}{await errors}");
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is string line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement reply = document.RootElement;
            if (!reply.TryGetProperty("id", out JsonElement id)
                || !_waiting.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? answer))
            {
                continue;
            }

            if (reply.TryGetProperty("error", out JsonElement error))
            {
                answer.TrySetException(new InvalidOperationException($"The node program failed: {error}"));
            }
            else
            {
                answer.TrySetResult(reply.TryGetProperty("result", out JsonElement result) ? result.Clone() : default);
            }
        }

        string errors = await _errors;
        foreach (TaskCompletionSource<JsonElement> answer in _waiting.Values)
        {
            answer.TrySetException(new InvalidOperationException($"The node program has ended: {errors}"));
        }
    }
}
