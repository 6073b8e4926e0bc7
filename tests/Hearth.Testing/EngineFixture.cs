using Xunit;

namespace Hearth.Testing;

/// <summary>
/// One engine for all tests of an assembly; each test takes a database of its own. Register it with
/// <c>[assembly: AssemblyFixture(typeof(EngineFixture))]</c> and take it in the test class's constructor. The test project needs a
/// build-order reference to Hearth.csproj.
/// </summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly TempFolder _data = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private EngineProcess? _engine;
    private int _databases;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The engine, started by the first test that asks; skips the test where the engine library is missing.</summary>
    public async Task<EngineProcess> EngineAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _engine ??= await EngineProcess.StartAsync(_data.Path);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A name for a database that no other test uses.</summary>
    public string NewDatabase() => $"test_{Interlocked.Increment(ref _databases)}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _data.Dispose();
        _starting.Dispose();
    }
}
