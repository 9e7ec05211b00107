extension PropertyTable {
    /// Names that releases of the connector had, which do nothing now, and what to write instead.
    ///
    /// From the history of the connector's `KustoSinkConfig`, and from drafts that found their way into articles.
    private static let removed: [String: String] = [
        "kusto.sink.tempdir": "tempdir.path",
        "kusto.sink.flush_size": "flush.size.bytes",
        "kusto.sink.flush_interval_ms": "flush.interval.ms",
        "kusto.sink.write_to_files": "tempdir.path",
        "kusto.sink.retries": "errors.retry.max.time.ms",
        "kusto.tables.topics_mapping": "kusto.tables.topics.mapping",
        "kusto.table": "kusto.tables.topics.mapping",
        "kusto.db": "kusto.tables.topics.mapping",
        "kusto.streaming": "kusto.tables.topics.mapping",
        "kusto.ingest.url": "kusto.ingestion.url",
        "kusto.engine.url": "kusto.query.url",
        "kusto.auth.appid": "aad.auth.appid",
        "kusto.auth.appkey": "aad.auth.appkey",
        "kusto.auth.authority": "aad.auth.authority",
        "kusto.auth.username": "aad.auth.appid",
        "kusto.auth.password": "aad.auth.appkey",
        "aad.auth.managedidentity.enabled": "aad.auth.strategy=managed_identity",
        "aad.auth.wif.token.file.path": "aad.auth.strategy=workload_identity",
        "kusto.validation.url.disable": "kusto.endpoint.trust",
        "max.retry.time.ms": "errors.retry.max.time.ms",
        "retry.backoff.time.ms": "errors.retry.backoff.time.ms",
        "error.tolerance": "errors.tolerance",
    ]

    /// What to write instead of a name of an older release, or `nil` when no release had it.
    static func replacement(ofOlder name: String) -> String? {
        removed[name] ?? (name.hasPrefix("dlq.") ? "misc.deadletterqueue.*" : nil)
    }
}
