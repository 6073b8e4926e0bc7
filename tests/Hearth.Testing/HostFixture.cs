using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace Hearth.Testing;

/// <summary>A whole Hearth on free ports and a directory of its own, for all tests of a class or an assembly.</summary>
public sealed class HostFixture : IAsyncLifetime
{
    private static readonly TimeSpan s_readyMax = TimeSpan.FromSeconds(60);

    private readonly TempFolder _data = new();
    private HostProcess? _host;

    /// <summary>Arguments for a whole Hearth on free ports.</summary>
    public static IReadOnlyList<string> AllOnFreePorts(string data, params ReadOnlySpan<string> more) =>
        ["all", "--data", data, "--http-port", "0", "--otlp-grpc-port", "0", "--otlp-http-port", "0", "--admin-port", "0", .. more];

    /// <summary>Settings under which the first samples show after seconds, for tests that are not about the window.</summary>
    public static IReadOnlyDictionary<string, string?> ShortWindows { get; } = new Dictionary<string, string?>
    {
        ["HEARTH_COLLECT_WINDOW_SECONDS"] = "2",
        ["HEARTH_COLLECT_SEND_JITTER_SECONDS"] = "0",
    };

    /// <summary>The running process.</summary>
    public HostProcess Host => _host ?? throw new InvalidOperationException("The fixture has not started yet.");

    /// <summary>The address of a listener: <c>http</c>, <c>otlp-grpc</c>, <c>otlp-http</c> or <c>admin</c>.</summary>
    public Uri Address(string listener) => new($"http://{Host.Endpoints[listener]}");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _host = HostProcess.Start(AllOnFreePorts(_data.At("data"), "--frequency", "97"));
        await _host.ReadyAsync(s_readyMax);
    }

    /// <summary>Asks the read API in the JSON form of Connect.</summary>
    public static async Task<JsonElement> AskAsync(Uri http, string method, string json, CancellationToken cancel = default)
    {
        using var client = new HttpClient { BaseAddress = http, Timeout = TimeSpan.FromSeconds(30) };
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        var path = new Uri($"/querier.v1.QuerierService/{method}", UriKind.Relative);
        using HttpResponseMessage answer = await client.PostAsync(path, content, cancel);
        string body = await answer.Content.ReadAsStringAsync(cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} answered {(int)answer.StatusCode}: {body}");
        return JsonDocument.Parse(body).RootElement.Clone();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _data.Dispose();
    }
}
