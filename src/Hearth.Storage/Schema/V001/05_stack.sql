-- A call stack of a service: frame ids, leaf first. The id is the low half of the hash; the whole hash tells a collision.
CREATE TABLE IF NOT EXISTS stack
(
    tenant LowCardinality(String),
    service LowCardinality(String),
    stack UInt64,
    hash SimpleAggregateFunction(any, UInt128) CODEC(NONE),
    frames SimpleAggregateFunction(any, Array(UInt64)) CODEC(ZSTD(3)),
    first_seen SimpleAggregateFunction(min, DateTime('UTC')),
    last_seen SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ${AggregatingMergeTree}
ORDER BY (tenant, service, stack)
TTL last_seen + toIntervalDay(401)
SETTINGS ${durable}, index_granularity = 1024
