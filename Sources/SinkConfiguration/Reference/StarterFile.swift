internal import Converters
internal import Secrets
internal import Text

/// A commented configuration to start from, for a topic and a table.
///
/// What is not known stands in it as words in angle brackets, which `check` names.
package struct StarterFile: Sendable {
    /// How the sink signs in at Azure Data Explorer.
    package enum SignIn: String, Sendable, CaseIterable {
        case application
        case managedIdentity = "managed_identity"
        case workloadIdentity = "workload_identity"
    }

    /// A part that cannot stand in a configuration.
    package struct Refusal: Error {
        /// The part, by its name on the command line, such as `topic`.
        package let part: String
        /// One sentence without a subject: what is expected.
        package let expected: String
    }

    /// The topic.
    package var topic: String?
    /// The database.
    package var database: String?
    /// The table; by default it has the topic's name.
    package var table: String?
    /// The format of the records.
    package var format = "json"
    /// The cluster's URL, that of queries or that of ingestion.
    package var cluster: String?
    /// The brokers, separated by commas.
    package var bootstrapServers: String?
    /// How the sink signs in.
    package var identity = SignIn.application
    /// The tenant of Entra.
    package var tenant: String?
    /// The id of the application or of the identity.
    package var client: String?
    /// The schema registry of records in Avro.
    package var schemaRegistry: String?

    /// Creates a file of which nothing is known.
    package init() {}

    /// The formats that there are.
    package static var formats: [String] { RecordFormat.allCases.map(\.rawValue) }

    /// Returns the file.
    /// - Parameter path: Where it will be, for the commands in its comments.
    /// - Throws: ``Refusal`` for a part that cannot stand in a configuration.
    package func text(path: String = "sink.properties") throws(Refusal) -> String {
        try check()
        var text = StarterPreparation(self).text(path: path)
        text += setting("name", topic ?? "<name of the sink>")
        text += "connector.class=KustoSinkConnector\n"
        text += setting("topics", topic ?? "<topic>")
        text += setting("bootstrap.servers", bootstrapServers ?? "<broker:9092>")
        text += setting("kusto.ingestion.url", ingestionURL)
        text += identityText
        text += setting("kusto.tables.topics.mapping", mapping)
        text += converterText
        text += "\n# ---- What you may want to change: take away the number sign. Values are defaults, or examples.\n"
        for name in Self.optional { text += option(name) }
        return text
    }

    // MARK: Names

    /// The table's name.
    var tableName: String { table ?? topic ?? "<table>" }
    /// The database's name.
    var databaseName: String { database ?? "<database>" }
    /// The id of the application or of the identity, as far as it is known.
    var clientName: String { client ?? "<client id>" }
    /// The tenant, as far as it is known.
    var tenantName: String { tenant ?? "<tenant id>" }
    /// Whether records are objects whose fields a mapping names.
    var needsMapping: Bool { ["json", "singlejson", "multijson", "avro", "apacheavro"].contains(format) }
    /// The name of the ingestion mapping.
    var mappingName: String { "\(tableName)Mapping" }
    /// The variables that the file takes values from.
    var variables: [String] {
        guard identity == .application else { return [] }
        return (tenant == nil ? ["AZURE_TENANT_ID"] : []) + (client == nil ? ["AZURE_CLIENT_ID"] : [])
            + ["AZURE_CLIENT_SECRET"]
    }

    private func check() throws(Refusal) {
        if let topic, !KafkaName.isTopic(topic) {
            throw Refusal(
                part: "topic",
                expected: "must be a topic's name: letters, digits, dots, underscores and hyphens"
            )
        }
        if !Self.formats.contains(format) {
            throw Refusal(part: "format", expected: "must be one of \(Self.formats.joined(separator: ", "))")
        }
        let names = [("database", database), ("table", table)]
        for (part, name) in names where name?.unicodeScalars.allSatisfy(KafkaName.isNameCharacter) == false {
            throw Refusal(part: part, expected: "must be letters, digits, dots, underscores and hyphens")
        }
        let values = [
            ("cluster", cluster), ("bootstrap-servers", bootstrapServers), ("tenant-id", tenant), ("client-id", client),
            ("schema-registry", schemaRegistry), ("database", database), ("table", table),
        ]
        for (part, value) in values where value?.allSatisfy(\.isWhitespace) == true {
            throw Refusal(part: part, expected: "must not be empty")
        }
        for (part, value) in values where value?.contains(where: \.isNewline) == true {
            throw Refusal(part: part, expected: "must be in one line")
        }
    }

    // MARK: Settings

    private var ingestionURL: String {
        guard let cluster else { return "https://ingest-<cluster>.<region>.kusto.windows.net" }
        guard let scheme = cluster.firstRange(of: "://") else { return Self.ingestion("https://\(cluster)") }
        return cluster[..<scheme.lowerBound] == "https" ? Self.ingestion(cluster) : cluster
    }

    /// The ingestion endpoint of a cluster of Azure's; any other host is its own.
    private static func ingestion(_ url: String) -> String {
        let host = url.dropFirst("https://".count)
        let isAzure = host.contains(".kusto.")
        return isAzure && !host.hasPrefix("ingest-") ? "https://ingest-\(host)" : url
    }

    private var identityText: String {
        switch identity {
        case .application:
            setting("aad.auth.authority", tenant ?? "${env:AZURE_TENANT_ID}")
                + setting("aad.auth.appid", client ?? "${env:AZURE_CLIENT_ID}")
                + setting("aad.auth.appkey", "${env:AZURE_CLIENT_SECRET}")
        case .managedIdentity:
            setting("aad.auth.strategy", identity.rawValue)
                + (client.map { setting("aad.auth.appid", $0) } ?? "")
        case .workloadIdentity:
            setting("aad.auth.strategy", identity.rawValue)
        }
    }

    private var mapping: String {
        let mapping = needsMapping ? ", 'mapping': '\(mappingName)'" : ""
        return
            "[{'topic': '\(topic ?? "<topic>")', 'db': '\(databaseName)', 'table': '\(tableName)', 'format': '\(format)'\(mapping)}]"
    }

    private var converterText: String {
        switch format {
        case "json", "singlejson", "multijson":
            return setting("value.converter", "org.apache.kafka.connect.json.JsonConverter")
                + setting("value.converter.schemas.enable", "false")
        case "avro", "apacheavro":
            return setting("value.converter", "io.confluent.connect.avro.AvroConverter")
                + setting("value.converter.schema.registry.url", schemaRegistry ?? "<http://schema-registry:8081>")
        case "parquet", "orc", "sstream", "w3clogfile":
            return setting("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter")
        default: return setting("value.converter", "org.apache.kafka.connect.storage.StringConverter")
        }
    }

    private func setting(_ name: String, _ value: String) -> String {
        comment(name) + JavaProperties.line(name, value) + "\n"
    }

    private func option(_ name: String) -> String {
        guard let definition = PropertyTable[name] else { return "" }
        var value = definition.defaultValue ?? definition.example ?? ""
        if name.hasSuffix("topic.name") { value = "\(topic ?? "orders")-dead-letters" }
        if name.hasSuffix("bootstrap.servers") { value = bootstrapServers ?? value }
        return comment(name) + "#" + JavaProperties.line(name, value) + "\n"
    }

    private func comment(_ name: String) -> String {
        guard let definition = PropertyTable[name] else { return "\n" }
        var words = definition.shortSentence
        if case .enumeration(let values) = definition.kind { words += " One of \(values.joined(separator: ", "))." }
        return "\n" + WrappedText.lines(words, width: 100).map { "# \($0)\n" }.joined()
    }

    /// What users change most often.
    private static let optional = [
        "tasks.max", "flush.size.bytes", "flush.interval.ms", "buffer.memory.bytes", "buffer.disk.bytes",
        "tempdir.path",
        "behavior.on.error", "errors.tolerance", "errors.deadletterqueue.topic.name",
        "misc.deadletterqueue.topic.name", "misc.deadletterqueue.bootstrap.servers", "ingestion.report", "commit.after",
        "consumer.override.auto.offset.reset", "consumer.override.security.protocol",
        "consumer.override.sasl.mechanism", "consumer.override.sasl.jaas.config",
        "consumer.override.ssl.truststore.location", "metrics.address", "log.level", "log.format", "shutdown.drain.ms",
        "startup.timeout.ms",
    ]
}
