extension PropertyTable {
    /// Names of the connector before version 1, which do nothing, and what to write instead.
    static let removed: [(prefix: String, replacement: String)] = [
        ("kusto.sink.tempdir", "tempdir.path"),
        ("kusto.sink.flush_size", "flush.size.bytes"),
        ("kusto.sink.flush_interval_ms", "flush.interval.ms"),
        ("kusto.tables.topics_mapping", "kusto.tables.topics.mapping"),
        ("dlq.", "misc.deadletterqueue.*"),
    ]
}
