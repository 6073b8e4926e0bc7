using System.Globalization;
using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.EndToEnd;

/// <summary>Whose rights each process has, and what an ordinary user gets.</summary>
public sealed class RightsTests : IDisposable
{
    private const int Nobody = 65534;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Start_BehindSudo_OnlyTheCollectorKeepsRoot()
    {
        Require.That(Environment.UserName == "root", "Only root can hand rights to another user.");
        await using HostProcess host = HostProcess.StartProgram(
            [BinaryForAll(), .. HostFixture.AllOnFreePorts(_folder.At("data"))],
            new Dictionary<string, string?>
            {
                ["SUDO_UID"] = Nobody.ToString(CultureInfo.InvariantCulture),
                ["SUDO_GID"] = Nobody.ToString(CultureInfo.InvariantCulture),
                ["HEARTH_ENGINE_LIBRARY"] = LibraryForAll(),
            });
        await host.ReadyAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(
            [("collect", 0), ("engine", Nobody), ("serve", Nobody)],
            host.Children().Select(c => (c.Role, HostProcess.UserOf(c.Id))).Order());
        Assert.Equal(
            [$"{Nobody}"],
            Tool.Run("find", _folder.At("data"), "-printf", "%U\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(u => u != "0").Distinct());
        host.Terminate();
        Assert.Equal(0, await host.ExitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Start_OrdinaryUser_SaysWhatHelpsAndStillShowsSomething()
    {
        Require.That(Environment.UserName == "root", "Only root can become another user.");
        string home = Directory.CreateDirectory(_folder.At("home")).FullName;
        Tool.Run("chown", $"{Nobody}", home);
        await using HostProcess host = HostProcess.StartProgram(
            [
                Require.Tool("setpriv"), "--reuid", $"{Nobody}", "--regid", $"{Nobody}", "--clear-groups", "--bounding-set=-all",
                "--inh-caps=-all", BinaryForAll(), .. HostFixture.AllOnFreePorts(Path.Combine(home, "data"), "--frequency", "97"),
            ],
            new Dictionary<string, string?>(HostFixture.ShortWindows) { ["HOME"] = home, ["HEARTH_ENGINE_LIBRARY"] = LibraryForAll() });
        await host.ReadyAsync(TimeSpan.FromSeconds(60));
        await LifecycleTests.UntilAsync(
            async () =>
            {
                long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                string answer = (await HostFixture.AskAsync(
                    new Uri($"http://{host.Endpoints["http"]}"),
                    "Series",
                    $$"""{"start":{{now - 600_000}},"end":{{now + 60_000}},"labelNames":["service_name"]}""")).GetRawText();
                return answer.Contains("hearth", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(45));
        if (int.Parse(File.ReadAllText("/proc/sys/kernel/perf_event_paranoid"), CultureInfo.InvariantCulture) > 0)
        {
            Assert.Matches("sysctl|sudo", host.Errors);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The binary where any user may read it: in place, or copied when a folder above is closed to others.</summary>
    private string BinaryForAll()
    {
        Directory.CreateDirectory(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        if (IsOpenToAll(HostProcess.Binary))
        {
            return HostProcess.Binary;
        }

        string copy = _folder.At("bin");
        Tool.Run("cp", "-r", Path.GetDirectoryName(HostProcess.Binary)!, copy);
        Tool.Run("chmod", "-R", "a+rX", copy);
        return Path.Combine(copy, "hearth");
    }

    /// <summary>The engine library where any user may read it; a hard link costs nothing where it works.</summary>
    private string LibraryForAll()
    {
        string found = Environment.GetEnvironmentVariable("HEARTH_ENGINE_LIBRARY") is { Length: > 0 } named
            ? named
            : Directory.EnumerateFiles(CacheFolder(), "libchdb.so", SearchOption.AllDirectories).Max(StringComparer.Ordinal) ?? "";
        Require.That(found.Length > 0, "The engine library has not been fetched.");
        if (IsOpenToAll(found))
        {
            return found;
        }

        string link = _folder.At("libchdb.so");
        try
        {
            Tool.Run("ln", found, link);
        }
        catch (InvalidOperationException)
        {
            Tool.Run("cp", found, link);
        }

        Tool.Run("chmod", "a+r", link);
        return link;
    }

    private static string CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string root = string.IsNullOrEmpty(cache) ? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache") : cache;
        return Require.Existing(Path.Combine(root, "hearth", "engine"));
    }

    private static bool IsOpenToAll(string path)
    {
        if (!File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
        {
            return false;
        }

        for (string? folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }
}
