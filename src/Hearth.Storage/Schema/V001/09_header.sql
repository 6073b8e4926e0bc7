-- What pprof says once per profile and many profiles say alike; with it an export has the original's addresses and comments.
CREATE TABLE IF NOT EXISTS header
(
    tenant LowCardinality(String),
    header UInt64,
    default_sample_type SimpleAggregateFunction(any, LowCardinality(String)),
    drop_frames SimpleAggregateFunction(any, String),
    keep_frames SimpleAggregateFunction(any, String),
    doc_url SimpleAggregateFunction(any, String),
    comments SimpleAggregateFunction(any, String),
    sample_types SimpleAggregateFunction(any, String),
    mappings SimpleAggregateFunction(any, Array(UInt64)),
    starts SimpleAggregateFunction(any, Array(UInt64)),
    limits SimpleAggregateFunction(any, Array(UInt64)),
    offsets SimpleAggregateFunction(any, Array(UInt64)),
    first_seen SimpleAggregateFunction(min, DateTime('UTC')),
    last_seen SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ${AggregatingMergeTree}
ORDER BY (tenant, header)
TTL last_seen + toIntervalDay(401)
SETTINGS ${durable}, index_granularity = 1024
