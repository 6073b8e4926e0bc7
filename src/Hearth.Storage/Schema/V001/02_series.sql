-- A series of one profile type and its labels. Rows of one key merge: first and last time seen, longest retention.
CREATE TABLE IF NOT EXISTS series
(
    tenant LowCardinality(String),
    service LowCardinality(String),
    ptype LowCardinality(String),
    series UInt64,
    grp SimpleAggregateFunction(anyLast, UInt64),
    labels SimpleAggregateFunction(any, Map(String, String)) CODEC(ZSTD(1)),
    first_seen SimpleAggregateFunction(min, DateTime('UTC')),
    last_seen SimpleAggregateFunction(max, DateTime('UTC')),
    ret SimpleAggregateFunction(max, UInt16)
)
ENGINE = ${AggregatingMergeTree}
ORDER BY (tenant, service, ptype, series)
TTL last_seen + toIntervalDay(ret + 1)
SETTINGS ${durable}
