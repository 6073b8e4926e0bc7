using System.Diagnostics;
using System.Text.Json;
using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.EndToEnd;

/// <summary>Starting and ending, asked for or not.</summary>
public sealed class LifecycleTests : IDisposable
{
    private static readonly TimeSpan s_readyMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endMax = TimeSpan.FromSeconds(5);

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Terminate_All_EndsEveryChildInTimeWithCodeZero()
    {
        await using HostProcess host = await StartAsync();
        IReadOnlyList<(int Id, string Role)> children = host.Children();
        long asked = Stopwatch.GetTimestamp();
        host.Terminate();
        Assert.Equal(0, await host.ExitAsync(TimeSpan.FromSeconds(20)));
        TimeSpan took = Stopwatch.GetElapsedTime(asked);
        Assert.True(took < s_endMax, $"took {took.TotalSeconds} s; it wrote:\n{host.Errors}");
        Assert.Equal(3, children.Count);
        Assert.DoesNotContain(children, c => HostProcess.IsAlive(c.Id));
    }

    [Fact]
    public async Task Interrupt_All_EndsLikeTerminate()
    {
        await using HostProcess host = await StartAsync();
        host.Interrupt();
        Assert.Equal(0, await host.ExitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Kill_Supervisor_LeavesNoChildBehind()
    {
        await using HostProcess host = await StartAsync();
        IReadOnlyList<(int Id, string Role)> children = host.Children();
        Assert.Equal(3, children.Count);
        host.Kill();
        await host.ExitAsync(s_endMax);
        await UntilAsync(() => !children.Any(c => HostProcess.IsAlive(c.Id)), TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("engine")]
    [InlineData("collect")]
    public async Task Kill_Child_IsStartedAgainWhereItWas(string role)
    {
        await using HostProcess host = await StartAsync();
        (int id, _) = host.Children().Single(c => c.Role == role);
        using (var child = Process.GetProcessById(id))
        {
            child.Kill();
        }

        await host.SaysAsync(
            l => l.Contains($"{role} was killed by signal 9; starting it again", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10));
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        await UntilAsync(
            async () =>
            {
                try
                {
                    using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://{host.Endpoints["admin"]}/readyz"));
                    return answer.IsSuccessStatusCode && host.Children().Any(c => c.Role == role && c.Id != id);
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(30));
        host.Terminate();
        Assert.Equal(0, await host.ExitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Start_SecondOnTheSameData_IsRefusedInOneLine()
    {
        await using HostProcess first = await StartAsync();
        await using HostProcess second = HostProcess.Start(HostFixture.AllOnFreePorts(_folder.At("data")));
        Assert.Equal(1, await second.ExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("in use by another hearth", Assert.Single(Said(second)));
        Assert.Empty(second.Output);
    }

    [Fact]
    public async Task Restart_SameData_KeepsWhatWasCollected()
    {
        using (var busy = new ProcessBusy("hearth-test-kept"))
        {
            await using HostProcess host = await StartAsync();
            await UntilAsync(() => ShowsAsync(host, "hearth-test-kept"), TimeSpan.FromSeconds(45));
            host.Terminate();
            Assert.Equal(0, await host.ExitAsync(TimeSpan.FromSeconds(20)));
        }

        await using HostProcess again = await StartAsync();
        Assert.True(await ShowsAsync(again, "hearth-test-kept"));
    }

    [Fact]
    public async Task Interrupt_Twice_EndsAtOnce()
    {
        await using HostProcess host = await StartAsync();
        IReadOnlyList<(int Id, string Role)> children = host.Children();
        using (Process engine = Process.GetProcessById(children.Single(c => c.Role == "engine").Id))
        {
            // A stopped child cannot drain; only force ends it.
            Tool.Run("kill", "-STOP", engine.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        host.Interrupt();
        await host.SaysAsync(l => l.Contains("press Ctrl-C again", StringComparison.Ordinal), TimeSpan.FromSeconds(5));
        host.Interrupt();
        Assert.Equal(130, await host.ExitAsync(TimeSpan.FromSeconds(3)));
        await UntilAsync(() => !children.Any(c => HostProcess.IsAlive(c.Id)), TimeSpan.FromSeconds(5));
    }

    public void Dispose() => _folder.Dispose();

    internal static IReadOnlyList<string> Said(HostProcess host) =>
        [.. host.Errors.Split('\n').Where(l => l.StartsWith("hearth: ", StringComparison.Ordinal))];

    internal static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan within)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        using var deadline = new CancellationTokenSource(within);
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static Task UntilAsync(Func<bool> holds, TimeSpan within) => UntilAsync(() => Task.FromResult(holds()), within);

    private static async Task<bool> ShowsAsync(HostProcess host, string service)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        JsonElement answer = await HostFixture.AskAsync(
            new Uri($"http://{host.Endpoints["http"]}"),
            "Series",
            $$"""{"start":{{now - 600_000}},"end":{{now + 60_000}},"labelNames":["service_name"]}""");
        return answer.GetRawText().Contains(service, StringComparison.Ordinal);
    }

    private async Task<HostProcess> StartAsync()
    {
        HostProcess host = HostProcess.Start(HostFixture.AllOnFreePorts(_folder.At("data")), HostFixture.ShortWindows);
        await host.ReadyAsync(s_readyMax);
        return host;
    }
}
