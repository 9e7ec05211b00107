internal import Text

/// Properties that are in order, but of something else than a sink.
extension PropertySet {
    /// Names that only a Connect worker has.
    private static let workerNames = [
        "plugin.path", "rest.port", "rest.advertised.host.name", "listeners", "config.storage.topic",
        "offset.storage.topic", "status.storage.topic", "offset.storage.file.filename", "group.id",
    ]

    /// Says once what the properties are, instead of everything that is missing; `nil` when they may be a sink's.
    var foreignProblem: ConfigurationError.Problem? {
        guard !entries.keys.contains(where: { $0.hasPrefix("kusto.") || $0.hasPrefix("aad.") }) else { return nil }
        if let entry = entries["connector.class"], !entry.holdsReference, entry.written.contains("."),
            !entry.written.contains("kusto"), entries["topics"] != nil || entries.count > 3
        {
            return .init(
                subject: "connector.class",
                message: """
                    this is the configuration of another connector, as connector.class=\(HarmlessText.shown(entry.written)) says; \
                    this program takes that of the sink for Azure Data Explorer, \
                    com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
                    """,
                place: entry.origin.place
            )
        }
        guard entries["connector.class"] == nil, entries["topics"] == nil, entries["topics.regex"] == nil,
            let entry = Self.workerNames.lazy.compactMap({ self.entries[$0] }).first, entry.origin.isFile
        else { return nil }
        return .init(
            subject: entry.source,
            message: """
                \(entry.source) is the file of a Connect worker alone; name the connector's file, too: --config \(entry.source) \
                --config CONNECTOR-FILE
                """
        )
    }
}
