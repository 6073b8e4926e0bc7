-- A profile: the commit marker of its samples, and the totals that graphs over time are made of.
CREATE TABLE IF NOT EXISTS profile
(
    ret UInt16,
    tenant LowCardinality(String),
    service LowCardinality(String),
    ptype LowCardinality(String),
    series UInt64,
    grp UInt64,
    ts DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    id UInt128 CODEC(NONE),
    duration UInt64 CODEC(T64, ZSTD(1)),
    period Int64 CODEC(ZSTD(1)),
    total Int64 CODEC(GCD, T64, ZSTD(1)),
    samples UInt32 CODEC(T64, ZSTD(1)),
    header UInt64,
    writer LowCardinality(String),
    lost UInt64 CODEC(T64, ZSTD(1)),
    truncated UInt64 CODEC(T64, ZSTD(1)),
    unnamed Int64 CODEC(GCD, T64, ZSTD(1)),
    flags UInt32 CODEC(ZSTD(1))
)
ENGINE = ${MergeTree}
PARTITION BY (ret, toDate(ts))
ORDER BY (tenant, service, ptype, toStartOfHour(ts), series, ts)
TTL toDateTime(ts) + toIntervalDay(ret)
SETTINGS ${durable}, ttl_only_drop_parts = 1
