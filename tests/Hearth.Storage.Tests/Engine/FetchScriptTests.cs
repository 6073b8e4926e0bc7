using System.Diagnostics;
using System.Text.Json;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.Engine;

/// <summary>The build's one download, with a stand-in for npm that counts its calls.</summary>
public sealed class FetchScriptTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Hearth", "Engine", "Library");

    [Fact]
    public async Task Fetch_SeveralBuildsAtOnce_RunNpmOnceAndAllFindTheLibrary()
    {
        using TempFolder temp = new();
        string npm = FakeNpm(temp, "sleep 0.3; mkdir -p node_modules/@chdb/any && echo library > node_modules/@chdb/any/libchdb.so");
        string target = temp.At("cache", "1.0");

        (int Code, string Text)[] runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(npm, target)));

        Assert.All(runs, static run => Assert.Equal(0, run.Code));
        Assert.Equal("library\n", await File.ReadAllTextAsync(Path.Combine(target, "libchdb.so"), TestStore.Token));
        Assert.Single(await File.ReadAllLinesAsync(temp.At("calls"), TestStore.Token));
        Assert.Equal(["1.0"], Directory.GetDirectories(temp.At("cache")).Select(Path.GetFileName));
        Assert.Contains(runs, static run => run.Text.Contains("178 MB", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fetch_NpmFails_LeavesNothingAndSaysWhatToDo()
    {
        using TempFolder temp = new();
        string npm = FakeNpm(temp, "echo no network; exit 1");
        string target = temp.At("cache", "1.0");

        (int code, string text) = await RunAsync(npm, target);

        Assert.Equal(4, code);
        Assert.Contains("no network", text, StringComparison.Ordinal);
        Assert.Contains("--clickhouse URL", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(temp.At("cache")));
    }

    [Fact]
    public async Task Fetch_NpmMissing_SaysWhatToDo()
    {
        using TempFolder temp = new();
        Directory.CreateDirectory(temp.At("bin"));
        foreach (string tool in (string[])["dirname", "mkdir", "sh"])
        {
            File.CreateSymbolicLink(temp.At("bin", tool), Require.Tool(tool));
        }

        (int code, string text) = await RunAsync(temp.At("bin"), temp.At("cache", "1.0"), onlyThere: true);

        Assert.Equal(3, code);
        Assert.Contains("Install npm", text, StringComparison.Ordinal);
        Assert.Contains("HEARTH_ENGINE_LIBRARY", text, StringComparison.Ordinal);
        Assert.Single(text.Trim().Split('\n'));
    }

    [Fact]
    public async Task Lock_Packages_AreTheVersionOfTheBuildAndHaveNoAddresses()
    {
        string targets = await File.ReadAllTextAsync(Path.Combine(Folder, "..", "..", "Engine.targets"), TestStore.Token);
        string locked = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"), TestStore.Token);
        using JsonDocument json = JsonDocument.Parse(locked);

        foreach (string processor in (string[])["x64", "arm64"])
        {
            JsonElement package = json.RootElement.GetProperty("packages").GetProperty($"node_modules/@chdb/lib-linux-{processor}-gnu");
            Assert.Contains($"<HearthEngineVersion>{package.GetProperty("version")}<", targets, StringComparison.Ordinal);
            Assert.Equal(processor, package.GetProperty("cpu")[0].GetString());
        }

        Assert.DoesNotContain("resolved", locked, StringComparison.Ordinal);
    }

    private static string FakeNpm(TempFolder temp, string body)
    {
        Directory.CreateDirectory(temp.At("bin"));
        string npm = temp.At("bin", "npm");
        File.WriteAllText(npm, $"#!/bin/sh\necho called >> '{temp.At("calls")}'\n{body}\n");
        Tool.Run("chmod", "0755", npm);
        return temp.At("bin");
    }

    private static async Task<(int Code, string Text)> RunAsync(string path, string target, bool onlyThere = false)
    {
        ProcessStartInfo start = new("/bin/sh", [Path.Combine(Folder, "fetch.sh"), "1.0", target])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = onlyThere ? path : $"{path}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process process = Process.Start(start)!;
        string text = await process.StandardOutput.ReadToEndAsync(TestStore.Token);
        await process.WaitForExitAsync(TestStore.Token);
        return (process.ExitCode, text);
    }
}
