using Hearth.Profiles.Model;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Reading;

/// <summary>Reads symbols by id. Rows of one key that are not merged yet are merged by the statement.</summary>
internal sealed class SymbolReader(ClickHouseClient client)
{
    // From here on reading the service's whole slice of stacks is cheaper than that many statements.
    private const int ByIdMax = 8 * IdBatches.IdsMax;

    public async Task<Dictionary<ulong, ulong[]>> StacksAsync(
        string tenant, string service, IReadOnlyCollection<ulong> ids, CancellationToken cancellationToken)
    {
        Dictionary<ulong, ulong[]> stacks = new(ids.Count);
        HashSet<ulong> wanted = [.. ids];
        string filter = wanted.Count > ByIdMax ? "" : " AND stack IN {ids:Array(UInt64)}";
        string sql = $"""
            SELECT stack, any(frames) FROM stack
            WHERE tenant = {"{tenant:String}"} AND service = {"{service:String}"}{filter}
            GROUP BY stack
            """;
        foreach (ulong[]? batch in filter.Length == 0 ? (IEnumerable<ulong[]?>)[null] : wanted.Chunk(IdBatches.IdsMax))
        {
            ClickHouseStatement statement = new ClickHouseStatement(sql).Bind("tenant", tenant).Bind("service", service);
            await EachAsync(
                batch is null ? statement : statement.Bind("ids", batch),
                block =>
                {
                    ReadOnlySpan<ulong> stack = block[0].Values<ulong>();
                    for (int i = 0; i < block.Rows; i++)
                    {
                        if (wanted.Contains(stack[i]))
                        {
                            stacks[stack[i]] = Slice<ulong>(block[1], i);
                        }
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }

        return stacks;
    }

    public async Task<Dictionary<ulong, ExportFrame>> FramesAsync(
        string tenant, IReadOnlyCollection<ulong> ids, CancellationToken cancellationToken)
    {
        Dictionary<ulong, ExportFrame> frames = new(ids.Count);
        await EachAsync(
            """
            SELECT frame, any(mapping), any(address), any(folded), any(kind), max(names) AS n, n.functions, n.lines, n.columns
            FROM frame WHERE tenant = {tenant:String} AND frame IN {ids:Array(UInt64)} GROUP BY frame
            """,
            tenant,
            ids,
            block =>
            {
                for (int i = 0; i < block.Rows; i++)
                {
                    ulong id = block[0].Values<ulong>()[i];
                    frames[id] = new ExportFrame(
                        id,
                        block[1].Values<ulong>()[i],
                        block[2].Values<ulong>()[i],
                        block[3].Values<byte>()[i] != 0,
                        block[4].Text(i),
                        Slice<ulong>(block[6], i),
                        Slice<long>(block[7], i),
                        Slice<long>(block[8], i));
                }
            },
            cancellationToken).ConfigureAwait(false);
        return frames;
    }

    public async Task<Dictionary<ulong, ExportFunction>> FunctionsAsync(
        string tenant, IReadOnlyCollection<ulong> ids, CancellationToken cancellationToken)
    {
        Dictionary<ulong, ExportFunction> functions = new(ids.Count);
        await EachAsync(
            """
            SELECT function, any(name), any(system_name), any(file), any(start_line)
            FROM function WHERE tenant = {tenant:String} AND function IN {ids:Array(UInt64)} GROUP BY function
            """,
            tenant,
            ids,
            block =>
            {
                for (int i = 0; i < block.Rows; i++)
                {
                    ulong id = block[0].Values<ulong>()[i];
                    functions[id] = new ExportFunction(
                        id, block[1].Text(i), block[2].Text(i), block[3].Text(i), block[4].Values<long>()[i]);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return functions;
    }

    public async Task<Dictionary<ulong, ExportMapping>> MappingsAsync(
        string tenant, IReadOnlyCollection<ulong> ids, CancellationToken cancellationToken)
    {
        Dictionary<ulong, ExportMapping> mappings = new(ids.Count);
        await EachAsync(
            """
            SELECT mapping, any(build_id), any(file), groupBitOr(flags)
            FROM mapping WHERE tenant = {tenant:String} AND mapping IN {ids:Array(UInt64)} GROUP BY mapping
            """,
            tenant,
            ids,
            block =>
            {
                for (int i = 0; i < block.Rows; i++)
                {
                    ulong id = block[0].Values<ulong>()[i];
                    mappings[id] = new ExportMapping(
                        id, block[1].Text(i), block[2].Text(i), (MappingFlags)block[3].Values<byte>()[i]);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return mappings;
    }

    private static T[] Slice<T>(NativeColumn arrays, int row)
        where T : unmanaged
    {
        (int start, int count) = arrays.Range(row);
        return arrays.Elements.Values<T>().Slice(start, count).ToArray();
    }

    private async Task EachAsync(
        string sql, string tenant, IReadOnlyCollection<ulong> ids, Action<NativeBlock> read, CancellationToken cancellationToken)
    {
        foreach (ulong[] batch in ids.Distinct().Chunk(IdBatches.IdsMax))
        {
            ClickHouseStatement statement = new ClickHouseStatement(sql).Bind("tenant", tenant).Bind("ids", batch);
            await EachAsync(statement, read, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EachAsync(ClickHouseStatement statement, Action<NativeBlock> read, CancellationToken cancellationToken)
    {
        ClickHouseResult result = await client.QueryAsync(statement, cancellationToken).ConfigureAwait(false);
        await using (result.ConfigureAwait(false))
        {
            while (await result.ReadBlockAsync(cancellationToken).ConfigureAwait(false) is { } block)
            {
                read(block);
            }
        }
    }
}
