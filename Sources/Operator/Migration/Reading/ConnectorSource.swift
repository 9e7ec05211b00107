internal import Text

/// A connector as its user has it.
struct ConnectorSource: Hashable {
    /// The class of the connector that a sink takes the place of.
    static let className = "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector"

    /// Where it was found, for messages.
    var place: String
    /// The connector's name, by which its consumer group is called; empty when none is known.
    var name: String
    /// The namespace of the resource that it was found in; empty when it was none.
    var namespace = ""
    /// The Strimzi `KafkaConnect` that runs it, by the resource's label.
    var cluster: String?
    /// Its properties.
    var config: [String: String]
    /// How it was told to rest, such as `stopped`; `nil` when it runs.
    var restState: String?
    /// Whether it may rest without that being known: Connect's REST API tells a state only when it is asked for it.
    var mayRest = false

    /// Whether it is the sink into Azure Data Explorer; one without a class is, when its properties are.
    var isKustoSink: Bool {
        guard let name = config["connector.class"]?.trimmed, !name.isEmpty else {
            return config.keys.contains { $0.hasPrefix("kusto.") }
        }
        return [Self.className, "KustoSinkConnector", "KustoSink"].contains(name)
    }
}
