using Hearth.Testing;
using Xunit;

namespace Hearth.Query.Tests.Hosting;

/// <summary>One host with one set of known data for all tests of a class that only read.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private QueryHost? _host;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    internal async Task<QueryHost> GetAsync(EngineFixture engine, Action<KnownData> fill)
    {
        await _starting.WaitAsync(QueryHost.Token);
        try
        {
            if (_host is null)
            {
                QueryHost host = await QueryHost.StartAsync(engine);
                KnownData data = new();
                fill(data);
                await data.WriteAsync(host);
                _host = host;
            }

            return _host;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _starting.Dispose();
    }
}
