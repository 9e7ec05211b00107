internal import JSON
internal import Text

/// What people name in the place of a sink's configuration: other answers of Kafka Connect, and resources of Kubernetes.
enum ForeignDocument {
    /// Says what a document is, and what to do, to be read behind the file's path; `nil` when it may be a configuration.
    static func sentence(for document: JSONValue, at path: String) -> String? {
        if let object = document.objectValue { return sentence(for: object, at: path) }
        guard let elements = document.arrayValue else { return nil }
        if elements.isEmpty { return "is an empty list: Kafka Connect has no connector there" }
        let names = elements.compactMap(\.stringValue)
        if names.count == elements.count {
            let shown = names.prefix(5).map { HarmlessText.shown(name: $0) }.joined(separator: ", ")
            return """
                is Kafka Connect's list of connectors (\(shown)\(names.count > 5 ? ", …" : "")); save what it answers to \
                /connectors/NAME/config
                """
        }
        if elements.allSatisfy({ $0["class"] != nil && $0["version"] != nil }) {
            return "is Kafka Connect's list of plugins; save what it answers to /connectors/NAME/config"
        }
        if elements.allSatisfy({ $0["id"] != nil && $0["config"] != nil }) {
            return "is Kafka Connect's list of a connector's tasks; save what it answers to /connectors/NAME/config"
        }
        return nil
    }

    /// What Connect says about a connector that it does not know; other errors may quote a credential.
    private static func words(of message: JSONValue, _ code: JSONValue) -> String {
        guard (code.stringValue ?? code.text) == "404" else { return "" }
        return ", \"\(HarmlessText.shown(message.stringValue ?? message.text))\""
    }

    private static func sentence(for object: JSONObject, at path: String) -> String? {
        if let code = object["error_code"], let message = object["message"] {
            return """
                is no configuration: Kafka Connect answered with the error \
                \(HarmlessText.shown(code.stringValue ?? code.text))\(words(of: message, code)); \
                \(remedy(for: code.stringValue ?? code.text))
                """
        }
        if let kind = object["kind"]?.stringValue, let version = object["apiVersion"]?.stringValue {
            return sentence(forKind: HarmlessText.shown(name: kind), version, at: path)
        }
        let name = object["name"]?.stringValue.map { HarmlessText.shown(name: $0) } ?? "NAME"
        let save = "save what it answers to /connectors/\(name)/config"
        if object["connector"]?["state"] != nil {
            return "is the status of a connector, not its configuration; \(save)"
        }
        if object["error_count"] != nil, object["configs"] != nil {
            return "is Kafka Connect's verdict on a configuration, not the configuration; \(save)"
        }
        if object["kafka_cluster_id"] != nil {
            return
                "is Kafka Connect's answer to /, which names its version; save what it answers to /connectors/NAME/config"
        }
        let members = object.values
        if !members.isEmpty, members.allSatisfy({ $0["info"]?.objectValue != nil || $0["status"]?.objectValue != nil })
        {
            let names = object.keys.prefix(5).map { HarmlessText.shown(name: $0) }.joined(separator: ", ")
            return """
                is Kafka Connect's list of connectors with what is known of each (\(names)\(object.count > 5 ? ", …" : "")), which \
                kusto-sink-operator migrate takes; for this program save what Connect answers to /connectors/NAME/config
                """
        }
        return nil
    }

    private static func remedy(for code: String) -> String {
        switch code {
        case "404": "its answer to /connectors lists the names; save what it answers to /connectors/NAME/config"
        case "401", "403": "sign in to Connect, and save what it answers to /connectors/NAME/config"
        case "409": "it was busy with a rebalance: ask again, and save what it answers to /connectors/NAME/config"
        default: "save what it answers to /connectors/NAME/config"
        }
    }

    private static func sentence(forKind kind: String, _ version: String, at path: String) -> String {
        switch (kind, version.split(separator: "/").first) {
        case ("KafkaConnector", "kafka.strimzi.io"), ("KafkaConnect", "kafka.strimzi.io"):
            "is a \(kind) of Strimzi; kusto-sink-operator migrate \(path) makes a KustoSink of it"
        case ("KustoSink", _):
            """
            is a KustoSink, which is for the operator: kubectl apply -f \(path) hands it over, and kusto-sink-operator \
            check -f \(path) checks it
            """
        case ("ConfigMap", "v1"), ("Secret", "v1"):
            "is a \(kind) of Kubernetes; this program takes the properties that it holds, as a file of their own"
        default:
            """
            is a resource of Kubernetes of the kind \(kind), which is for kubectl apply -f \(path); this program takes the \
            properties of a sink
            """
        }
    }
}
