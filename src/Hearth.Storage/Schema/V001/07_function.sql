-- A function: what people read and what the linker or runtime calls it.
CREATE TABLE IF NOT EXISTS function
(
    tenant LowCardinality(String),
    function UInt64,
    name SimpleAggregateFunction(any, String) CODEC(ZSTD(3)),
    system_name SimpleAggregateFunction(any, String) CODEC(ZSTD(3)),
    file SimpleAggregateFunction(any, LowCardinality(String)),
    start_line SimpleAggregateFunction(any, Int64) CODEC(ZSTD(1)),
    first_seen SimpleAggregateFunction(min, DateTime('UTC')),
    last_seen SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ${AggregatingMergeTree}
ORDER BY (tenant, function)
TTL last_seen + toIntervalDay(401)
SETTINGS ${durable}, index_granularity = 1024
