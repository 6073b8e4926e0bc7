using Hearth.Storage.Schema;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.Schema;

public sealed class SchemaApplierTests(EngineFixture fixture)
{
    [Fact]
    public async Task Apply_Twice_ChangesNothingTheSecondTime()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        string tables = "SELECT groupArray(create_table_query) FROM "
            + $"(SELECT * FROM system.tables WHERE database = '{store.Client.Database}' ORDER BY name)";
        string before = await store.TextAsync(tables);

        uint version = await new SchemaApplier(store.Client, new SchemaOptions()).ApplyAsync(TestStore.Token);

        Assert.Equal(SchemaApplier.Current, version);
        Assert.Equal("1", await store.TextAsync("SELECT count() FROM schema_version"));
        Assert.Equal(before, await store.TextAsync(tables));
    }

    [Fact]
    public async Task Check_NoTables_SaysHowToMakeThem()
    {
        using TestStore store = TestStore.Of(await fixture.EngineAsync(), "nobody_made_this");
        SchemaApplier applier = new(store.Client, new SchemaOptions());

        SchemaException error = await Assert.ThrowsAsync<SchemaException>(() => applier.CheckReaderAsync(TestStore.Token));

        Assert.Contains("hearth schema apply", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NewerIncompatibleSchema_RefusesWithASentence()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        await store.TextAsync("INSERT INTO schema_version (version, min_reader, min_writer) SELECT 7, 1, 6");
        SchemaApplier applier = new(store.Client, new SchemaOptions());

        await applier.CheckReaderAsync(TestStore.Token);
        SchemaException refused = await Assert.ThrowsAsync<SchemaException>(() => applier.CheckWriterAsync(TestStore.Token));
        await Assert.ThrowsAsync<SchemaException>(() => applier.ApplyAsync(TestStore.Token));

        Assert.Contains("version 7", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer Hearth", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_All_AreDurableAndRememberTokens()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);

        string weak = await store.TextAsync(
            $"SELECT name FROM system.tables WHERE database = '{store.Client.Database}' "
            + "AND (create_table_query NOT LIKE '%fsync_after_insert = 1%' "
            + "OR create_table_query NOT LIKE '%fsync_part_directory = 1%' "
            + "OR create_table_query NOT LIKE '%non_replicated_deduplication_window = 200000%')");

        Assert.Equal("", weak);
        Assert.Equal("9", await store.TextAsync($"SELECT count() FROM system.tables WHERE database = '{store.Client.Database}'"));
    }

    [Fact]
    public void Statements_Replicated_NameReplicatedEnginesAndWindows()
    {
        SchemaApplier applier = new(null!, new SchemaOptions { Replicated = true });

        Assert.All(applier.Statements(), statement =>
        {
            Assert.Contains("ENGINE = Replicated", statement.Sql, StringComparison.Ordinal);
            Assert.Contains("replicated_deduplication_window_seconds", statement.Sql, StringComparison.Ordinal);
            Assert.DoesNotContain("${", statement.Sql, StringComparison.Ordinal);
        });
    }
}
