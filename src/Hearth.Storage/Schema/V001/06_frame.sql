-- A place in code. names of several rows: the highest version wins (max over a tuple that starts with it), so symbols that are
-- found later rename a frame without touching samples.
CREATE TABLE IF NOT EXISTS frame
(
    tenant LowCardinality(String),
    frame UInt64,
    mapping SimpleAggregateFunction(any, UInt64) CODEC(ZSTD(1)),
    address SimpleAggregateFunction(any, UInt64) CODEC(ZSTD(1)),
    folded SimpleAggregateFunction(any, Bool),
    kind SimpleAggregateFunction(any, LowCardinality(String)),
    names SimpleAggregateFunction(max, Tuple(
        version UInt32,
        functions Array(UInt64),
        lines Array(Int64),
        columns Array(Int64))) CODEC(ZSTD(1)),
    first_seen SimpleAggregateFunction(min, DateTime('UTC')),
    last_seen SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ${AggregatingMergeTree}
ORDER BY (tenant, frame)
TTL last_seen + toIntervalDay(401)
SETTINGS ${durable}, index_granularity = 1024
