using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.EndToEnd;

/// <summary>What cannot start says why in one line for each mistake, without a stack trace, and with the documented exit code.</summary>
public sealed class BadStartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Start_PortInUse_NamesThePortAndItsFlag()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        IReadOnlyList<string> said = await FailsAsync(1, HostFixture.AllOnFreePorts(_folder.At("data")), port);
        Assert.Equal(
            $"hearth: port {port} is in use by another program; choose another with --otlp-http-port (0 takes a free one)",
            Assert.Single(said));
    }

    [Fact]
    public async Task Start_MissingEngineLibrary_SaysWhatToDo()
    {
        IReadOnlyList<string> said = await FailsAsync(
            1,
            HostFixture.AllOnFreePorts(_folder.At("data")),
            environment: new() { ["HEARTH_ENGINE_LIBRARY"] = "/nonexistent" });
        Assert.Contains("HEARTH_ENGINE_LIBRARY", Assert.Single(said));
        Assert.Contains("--clickhouse", said[0]);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("ingest")]
    public async Task Start_UnreachableClickHouse_NamesTheAddressAndTheFlag(string role)
    {
        IReadOnlyList<string> said = await FailsAsync(1, [role, "--clickhouse", "http://127.0.0.1:1", "--admin-port", "0"]);
        Assert.Equal(
            "hearth: cannot reach ClickHouse at http://127.0.0.1:1/; start it, or name another with --clickhouse URL", Assert.Single(said));
    }

    [Fact]
    public async Task Start_SeveralMistakes_AreAllSaidAtOnce()
    {
        IReadOnlyList<string> said = await FailsAsync(
            1,
            ["--http-port", "99999", "--admin-port", "x", "--frequency", "0", "--listen", "nowhere", "--data", _folder.At("data")],
            environment: new() { ["HEARTH_QUERY_NODES_MAX"] = "0", ["HEARTH_INGEST_BODY_TIMEOUT_SECONDS"] = "soon" });
        Assert.Equal(
            [
                "hearth: --admin-port x: must be a whole number",
                "hearth: --frequency 0: must be between 1 and 999.",
                "hearth: --http-port 99999: must be between 0 and 65535.",
                "hearth: --listen nowhere: must be an IP address, localhost, or * for all addresses",
                "hearth: HEARTH_INGEST_BODY_TIMEOUT_SECONDS soon: must be a whole number",
                "hearth: HEARTH_QUERY_NODES_MAX 0: must be between 1 and 1048576.",
            ],
            said.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    [Fact]
    public async Task Start_OnePortForTwoListeners_IsAMistake()
    {
        IReadOnlyList<string> said = await FailsAsync(
            1, ["all", "--http-port", "4555", "--admin-port", "4555", "--data", _folder.At("data")]);
        Assert.Contains("used twice", Assert.Single(said));
    }

    [Theory]
    [InlineData("tpo")]
    [InlineData("--http-prt", "1")]
    [InlineData("top", "--limit")]
    public async Task Start_UnknownWords_AreUsageErrors(params string[] arguments)
    {
        IReadOnlyList<string> said = await FailsAsync(2, arguments);
        Assert.Contains("--help", said[^1]);
    }

    [Fact]
    public async Task Start_SomebodyElsesDirectory_IsRefused()
    {
        File.WriteAllText(_folder.At("thesis.txt"), "mine");
        IReadOnlyList<string> said = await FailsAsync(1, HostFixture.AllOnFreePorts(_folder.Path));
        Assert.Contains("not empty and not Hearth's", Assert.Single(said));
    }

    [Fact]
    public async Task Top_NothingListening_SaysWhatToDo()
    {
        IReadOnlyList<string> said = await FailsAsync(1, ["top", "--url", "http://127.0.0.1:1"]);
        Assert.Contains("start Hearth with 'hearth', or name where it runs with --url", Assert.Single(said));
    }

    [Fact]
    public async Task Help_Root_ListsVerbsExamplesAndExitCodes()
    {
        await using HostProcess help = HostProcess.Start(["--help"]);
        Assert.Equal(0, await help.ExitAsync(TimeSpan.FromSeconds(20)));
        Assert.All(
            ["all ", "collect ", "ingest ", "query ", "engine ", "top ", "version ", "Examples:", "Exit codes:", "--otlp-grpc-port"],
            expected => Assert.Contains(expected, help.Output));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<IReadOnlyList<string>> FailsAsync(
        int code, IReadOnlyList<string> arguments, string? otlpHttpPort = null, Dictionary<string, string?>? environment = null)
    {
        List<string> given = [.. arguments];
        if (otlpHttpPort is not null)
        {
            given[given.IndexOf("--otlp-http-port") + 1] = otlpHttpPort;
        }

        await using HostProcess host = HostProcess.Start(given, environment);
        int exit = await host.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.True(exit == code, $"exit code {exit}; it wrote:\n{host.Output}\n{host.Errors}");
        Assert.Empty(host.Output);
        Assert.DoesNotContain("   at ", host.Errors);
        return LifecycleTests.Said(host);
    }
}
