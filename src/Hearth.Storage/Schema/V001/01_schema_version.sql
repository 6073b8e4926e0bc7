-- One row per version applied. The highest version counts; readers and writers older than its limits refuse to start.
CREATE TABLE IF NOT EXISTS schema_version
(
    version UInt32,
    min_reader UInt32,
    min_writer UInt32,
    applied_at DateTime('UTC') DEFAULT now('UTC')
)
ENGINE = ${MergeTree}
ORDER BY version
SETTINGS ${durable}
