using Hearth.Storage.ClickHouse;
using Hearth.Storage.Reading;
using Hearth.Storage.Schema;
using Hearth.Storage.Writing;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests;

/// <summary>A database of the shared engine with the schema applied.</summary>
internal sealed class TestStore : IDisposable
{
    private readonly EngineProcess _engine;

    private TestStore(EngineProcess engine, string database)
    {
        _engine = engine;
        ClickHouseOptions options = new() { Url = engine.Url, Key = engine.Key, Database = database };
        Client = new ClickHouseClient(options);
        Writer = new RowWriter(Client);
        Reader = new ProfileReader(Client);
    }

    public ClickHouseClient Client { get; }

    public RowWriter Writer { get; }

    public ProfileReader Reader { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestStore> CreateAsync(EngineFixture fixture)
    {
        TestStore store = Of(await fixture.EngineAsync(), fixture.NewDatabase());
        await new SchemaApplier(store.Client, new SchemaOptions()).ApplyAsync(Token);
        return store;
    }

    public static TestStore Of(EngineProcess engine, string database) =>
        new(engine, database);

    /// <summary>Another client of the same database with other options.</summary>
    public ClickHouseClient NewClient(Action<ClickHouseOptions> change)
    {
        ClickHouseOptions options = new() { Url = _engine.Url, Key = _engine.Key, Database = Client.Database };
        change(options);
        return new ClickHouseClient(options);
    }

    /// <summary>A statement's answer as text, without the last line feed.</summary>
    public async Task<string> TextAsync(string sql) => (await Client.ExecuteAsync(sql, Token)).TrimEnd('\n');

    public void Dispose() => Client.Dispose();
}
