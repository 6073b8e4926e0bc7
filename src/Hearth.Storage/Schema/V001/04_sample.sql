-- What was measured: the value of a stack of a series in a slot of 5 s (slot counts from the bucket, the start of the hour).
-- Stack before series and time makes runs that compress to 2-3 bytes a row. span is not in the key: a key column takes no TTL.
-- The projection answers whole hours; it lives in the parts of the rows, so a retried insert cannot make the two differ.
CREATE TABLE IF NOT EXISTS sample
(
    ret UInt16,
    tenant LowCardinality(String),
    service LowCardinality(String),
    ptype LowCardinality(String),
    bucket DateTime('UTC') CODEC(Delta, ZSTD(1)),
    stack UInt64 CODEC(ZSTD(1)),
    grp UInt64 CODEC(ZSTD(1)),
    series UInt64 CODEC(ZSTD(1)),
    slot UInt16 CODEC(Delta, ZSTD(1)),
    value Int64 CODEC(GCD, T64, ZSTD(1)),
    span UInt64 CODEC(ZSTD(1)) TTL bucket + toIntervalDay(least(ret, 7)),
    INDEX span_bloom span TYPE bloom_filter(0.01) GRANULARITY 4,
    PROJECTION hourly
    (
        SELECT
            tenant,
            service,
            ptype,
            toDate(bucket) AS day,
            stack,
            grp,
            toStartOfHour(bucket) AS hour,
            sum(value)
        GROUP BY tenant, service, ptype, day, stack, grp, hour
    )
)
ENGINE = ${MergeTree}
PARTITION BY (ret, toDate(bucket))
ORDER BY (tenant, service, ptype, bucket, stack, grp, series, slot)
TTL bucket + toIntervalDay(ret)
SETTINGS ${durable}, ttl_only_drop_parts = 1
