using Hearth.Lifetime;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Schema;

namespace Hearth.Roles;

/// <summary>The store of a role: how to reach it, and whether what is in it fits this binary.</summary>
internal sealed class StoreAccess
{
    /// <summary>Prefix of the settings.</summary>
    public const string Prefix = "HEARTH_CLICKHOUSE";

    private StoreAccess(ClickHouseOptions options, SchemaOptions schema)
    {
        Options = options;
        Schema = schema;
    }

    /// <summary>How to reach it.</summary>
    public ClickHouseOptions Options { get; }

    /// <summary>How its tables are made.</summary>
    public SchemaOptions Schema { get; }

    /// <summary>Reads the settings; every mistake is noted.</summary>
    public static StoreAccess Bind(RoleContext context) =>
        new(context.Bind(new ClickHouseOptions(), Prefix), context.Bind(new SchemaOptions(), "HEARTH_SCHEMA"));

    /// <summary>Brings the tables up to date, or checks that they fit.</summary>
    /// <exception cref="StartFailedException">The store is away, refuses, or holds tables of another version.</exception>
    public async Task PrepareAsync(ClickHouseClient client, bool apply, bool writes, CancellationToken cancel)
    {
        var applier = new SchemaApplier(client, Schema);
        try
        {
            if (apply)
            {
                await applier.ApplyAsync(cancel);
            }
            else if (writes)
            {
                await applier.CheckWriterAsync(cancel);
            }
            else
            {
                await applier.CheckReaderAsync(cancel);
            }
        }
        catch (ClickHouseException failure)
        {
            throw new StartFailedException(
                failure.Failure == ClickHouseFailure.Server
                    ? $"ClickHouse at {Options.Url} refused: {failure.Message.ReplaceLineEndings(" ")}"
                    : $"cannot reach ClickHouse at {Options.Url}; start it, or name another with --clickhouse URL",
                failure);
        }
        catch (SchemaException failure)
        {
            throw new StartFailedException(failure.Message, failure);
        }
    }

    /// <summary>True when the store answers the smallest query.</summary>
    public static async Task<bool> IsReachableAsync(ClickHouseClient client, CancellationToken cancel)
    {
        try
        {
            await client.ExecuteAsync("SELECT 1", cancel);
            return true;
        }
        catch (ClickHouseException)
        {
            return false;
        }
    }
}
