using System.Globalization;
using System.Reflection;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Schema;

/// <summary>
/// Brings a database to this binary's schema and says whether binary and schema fit. One statement per file; each can be
/// repeated, and a version's row is written after its last statement, so an interrupted run is finished by the next.
/// </summary>
public sealed class SchemaApplier(ClickHouseClient client, SchemaOptions options)
{
    /// <summary>The schema version this binary knows.</summary>
    public const uint Current = 1;

    // The oldest schema version a binary must know to read from, and write to, the tables of Current.
    private const uint ReaderMin = 1;
    private const uint WriterMin = 1;
    private const string ResourceMark = ".Schema.V";

    /// <summary>Creates the database and applies the versions it lacks. Returns the version it then has.</summary>
    /// <exception cref="SchemaException">The database is newer than this binary and not compatible with it.</exception>
    /// <exception cref="ClickHouseException">A statement failed.</exception>
    public async Task<uint> ApplyAsync(CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(cancellationToken).ConfigureAwait(false);
        SchemaVersion found = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (found.Version > Current)
        {
            CheckWriter(found);
            return found.Version;
        }

        foreach ((uint version, string sql) in Statements())
        {
            if (version > found.Version)
            {
                await client.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
            }
        }

        if (found.Version < Current)
        {
            ClickHouseStatement mark = new ClickHouseStatement(
                "INSERT INTO schema_version (version, min_reader, min_writer) SELECT {version:UInt32}, {reader:UInt32}, {writer:UInt32}")
                .Bind("version", Current)
                .Bind("reader", ReaderMin)
                .Bind("writer", WriterMin)
                .Set("insert_deduplicate", 0);
            await client.ExecuteAsync(mark, cancellationToken).ConfigureAwait(false);
        }

        return Current;
    }

    /// <summary>The schema version the database has; version 0 when it has none.</summary>
    /// <exception cref="ClickHouseException">The store failed or is away.</exception>
    public async Task<SchemaVersion> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            string text = await client.ExecuteAsync(
                "SELECT version, min_reader, min_writer FROM schema_version ORDER BY version DESC LIMIT 1", cancellationToken)
                .ConfigureAwait(false);
            string[] parts = text.Trim().Split('\t');
            return parts.Length == 3
                ? new(Number(parts[0]), Number(parts[1]), Number(parts[2]))
                : default;
        }
        catch (ClickHouseException error) when (error.Name is "UNKNOWN_TABLE" or "UNKNOWN_DATABASE")
        {
            return default;
        }
    }

    /// <summary>Throws <see cref="SchemaException"/>, with a sentence for a person, unless this binary may read the database.</summary>
    /// <exception cref="ClickHouseException">The store failed or is away.</exception>
    public async Task CheckReaderAsync(CancellationToken cancellationToken)
    {
        SchemaVersion found = await ReadAsync(cancellationToken).ConfigureAwait(false);
        RequireSome(found);
        if (found.ReaderMin > Current)
        {
            throw TooNew(found, "read");
        }
    }

    /// <summary>Throws <see cref="SchemaException"/>, with a sentence for a person, unless this binary may write to the database.</summary>
    /// <exception cref="ClickHouseException">The store failed or is away.</exception>
    public async Task CheckWriterAsync(CancellationToken cancellationToken)
    {
        SchemaVersion found = await ReadAsync(cancellationToken).ConfigureAwait(false);
        RequireSome(found);
        CheckWriter(found);
    }

    /// <summary>The statements of every version in the order they are applied, with the engine's settings filled in.</summary>
    public IEnumerable<(uint Version, string Sql)> Statements()
    {
        Assembly assembly = typeof(SchemaApplier).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            int at = name.IndexOf(ResourceMark, StringComparison.Ordinal);
            if (at < 0 || !name.EndsWith(".sql", StringComparison.Ordinal))
            {
                continue;
            }

            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            string sql = reader.ReadToEnd()
                .Replace("${MergeTree}", options.MergeTree, StringComparison.Ordinal)
                .Replace("${AggregatingMergeTree}", options.AggregatingMergeTree, StringComparison.Ordinal)
                .Replace("${durable}", options.Durable, StringComparison.Ordinal);
            yield return (Number(name.AsSpan(at + ResourceMark.Length, 3)), sql);
        }
    }

    private static uint Number(ReadOnlySpan<char> text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : 0;

    private static void CheckWriter(SchemaVersion found)
    {
        if (found.WriterMin > Current)
        {
            throw TooNew(found, "write to");
        }
    }

    private static SchemaException TooNew(SchemaVersion found, string what) =>
        new($"The database has schema version {found.Version}, which this Hearth (it knows version {Current}) must not {what}. "
            + "Start a newer Hearth, or point this one at another database.");

    private void RequireSome(SchemaVersion found)
    {
        if (found.Version == 0)
        {
            throw new SchemaException(
                $"The database {client.Database} has no Hearth tables. Create them with: hearth schema apply");
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        // In a database that does not exist no statement runs, not even the one that creates it.
        ClickHouseStatement statement = new ClickHouseStatement("CREATE DATABASE IF NOT EXISTS {database:Identifier}")
        {
            Database = "",
        };
        await client.ExecuteAsync(statement.Bind("database", client.Database), cancellationToken).ConfigureAwait(false);
    }
}
