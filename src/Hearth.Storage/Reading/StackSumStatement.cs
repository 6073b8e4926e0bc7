using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Reading;

/// <summary>
/// The statement that sums samples by stack. Whole hours come from the projection, which has no series and no span; its expressions
/// must be spelled as the projection spells them, or the planner reads rows without a word. The rest comes from rows by slot.
/// </summary>
internal static class StackSumStatement
{
    private const string Scope = "tenant = {tenant:String} AND service IN {services:Array(String)} AND ptype = {ptype:String}";
    private const string Groups = " AND grp IN {groups:Array(UInt64)}";
    private const string SeriesFilter = " AND series IN {series:Array(UInt64)}";
    private const string Spans = " AND span IN {spans:Array(UInt64)}";

    public static ClickHouseStatement Of(StackQuery query, ulong[]? series, ulong[]? groups, ulong[]? spans)
    {
        string filter = (groups is null ? "" : Groups) + (series is null ? "" : SeriesFilter) + (spans is null ? "" : Spans);
        long from = query.Range.FromSeconds;
        long to = query.Range.ToSeconds;
        long firstHour = StorageClock.BucketOf(from + StorageClock.BucketSeconds - 1);
        long lastHour = StorageClock.BucketOf(to);
        string sql = series is null && spans is null && firstHour < lastHour
            ? Mixed(filter, from < firstHour, lastHour < to)
            : $"""
               SELECT service, stack, sum(toInt128(value)) AS total FROM sample
               WHERE {Scope}{filter} AND {Slots("from", "to")}
               GROUP BY service, stack
               """;
        ClickHouseStatement statement = new ClickHouseStatement(sql)
            .Bind("tenant", query.Tenant)
            .Bind("services", query.Services)
            .Bind("ptype", query.ProfileType)
            .Bind("from", from)
            .Bind("to", to)
            .Bind("firstHour", firstHour)
            .Bind("lastHour", lastHour);
        Bind(statement, "series", series);
        Bind(statement, "groups", groups);
        Bind(statement, "spans", spans);
        return statement;
    }

    private static void Bind(ClickHouseStatement statement, string name, ulong[]? ids)
    {
        if (ids is not null)
        {
            statement.Bind(name, ids);
        }
    }

    private static string Mixed(string filter, bool hasLeft, bool hasRight)
    {
        const string FirstHour = "toDateTime({firstHour:UInt32}, 'UTC')";
        const string LastHour = "toDateTime({lastHour:UInt32}, 'UTC')";
        string sql = $"""
            SELECT service, stack, sum(value) AS part FROM sample
            WHERE {Scope}{filter} AND toDate(bucket) >= toDate({FirstHour}) AND toDate(bucket) <= toDate({LastHour})
            AND toStartOfHour(bucket) >= {FirstHour} AND toStartOfHour(bucket) < {LastHour}
            GROUP BY service, stack
            """;
        if (hasLeft)
        {
            sql += Edge(filter, "from", "firstHour");
        }

        if (hasRight)
        {
            sql += Edge(filter, "lastHour", "to");
        }

        return $"SELECT service, stack, sum(toInt128(part)) AS total FROM (\n{sql}\n) GROUP BY service, stack";
    }

    private static string Edge(string filter, string from, string to) =>
        $"""

         UNION ALL
         SELECT service, stack, sum(value) AS part FROM sample
         WHERE {Scope}{filter} AND {Slots(from, to)}
         GROUP BY service, stack
         """;

    // Slots [from, to): whole buckets by the key, then the slots of the first and last bucket.
    private static string Slots(string from, string to)
    {
        string first = $"toStartOfHour(toDateTime({{{from}:UInt32}}, 'UTC'))";
        string last = $"toStartOfHour(toDateTime({{{to}:UInt32}} - 1, 'UTC'))";
        return $"bucket >= {first} AND bucket <= {last}"
            + $" AND (bucket > {first} OR slot >= intDiv({{{from}:UInt32}} % 3600, 5))"
            + $" AND (bucket < {last} OR slot <= intDiv(({{{to}:UInt32}} - 1) % 3600, 5))";
    }
}
