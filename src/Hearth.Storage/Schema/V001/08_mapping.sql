-- A mapped file. Flags of several rows add up: one writer may have symbols that another lacks.
CREATE TABLE IF NOT EXISTS mapping
(
    tenant LowCardinality(String),
    mapping UInt64,
    build_id SimpleAggregateFunction(any, String),
    file SimpleAggregateFunction(any, String),
    flags SimpleAggregateFunction(groupBitOr, UInt8),
    first_seen SimpleAggregateFunction(min, DateTime('UTC')),
    last_seen SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ${AggregatingMergeTree}
ORDER BY (tenant, mapping)
TTL last_seen + toIntervalDay(401)
SETTINGS ${durable}, index_granularity = 1024
