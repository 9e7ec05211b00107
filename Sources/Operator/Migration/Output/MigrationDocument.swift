internal import JSON
internal import Kubernetes
internal import YAML

/// What one connector leads to, as YAML.
struct MigrationDocument: Sendable {
    /// The connector's name; empty when it is not known.
    private let connector: String
    /// Its sinks.
    private let sinks: [KubernetesObject]
    /// The Secret to fill in.
    private let secret: SecretDraft

    init(connector: ConnectorSource, sinks: [KubernetesObject], secret: SecretDraft) {
        self.connector = connector.name
        self.sinks = sinks
        self.secret = secret
    }

    /// All documents, and in front what to do with them.
    static func text(of documents: [MigrationDocument]) -> String {
        head + documents.map(\.text).joined()
    }

    private static let head = """
        # Made by kusto-sink-operator migrate, which told on its standard error what could not be carried over.
        #
        # 1. Replace every \(SecretDraft.placeholder).
        # 2. Check it:         kusto-sink-operator check -f FILE
        # 3. Stop the connector (PUT /connectors/NAME/stop, or spec.state: stopped of its KafkaConnector), and wait until
        #    its consumer group has no members.
        # 4. Start the sink:   kubectl apply -f FILE

        """

    private var text: String {
        let title = connector.isEmpty ? "" : "# The connector \(Self.line(connector)).\n"
        let secrets = secret.entries.isEmpty ? "" : "---\n\(title)\(secretComment)\(secretObject.yaml)"
        return secrets + sinks.map { "---\n\(secrets.isEmpty ? title : "")\($0.json.yaml)" }.joined()
    }

    private var secretComment: String {
        "# Fill in:\n"
            + secret.entries.map { entry in
                let known = entry.text == nil ? "" : " (as it is)"
                let form = entry.isBinary ? ", in Base64: base64 -w0 FILE" : ""
                return "#   \(entry.key): \(Self.line(entry.meaning))\(form)\(known)\n"
            }.joined()
    }

    private var secretObject: JSONValue {
        var metadata: JSONObject = ["name": .string(secret.name)]
        if let namespace = sinks.first?.namespace, !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        var object: JSONObject = [
            "apiVersion": "v1", "kind": "Secret", "metadata": .object(metadata), "type": "Opaque",
        ]
        let texts = secret.entries.filter { !$0.isBinary }.map { entry in
            (entry.key, JSONValue.string(entry.text ?? SecretDraft.placeholder))
        }
        let files = secret.entries.filter(\.isBinary).map { ($0.key, JSONValue.string(Placeholder.base64)) }
        if !texts.isEmpty { object["stringData"] = .object(JSONObject(texts)) }
        if !files.isEmpty { object["data"] = .object(JSONObject(files)) }
        return .object(object)
    }

    /// A text of the input on one line of a comment, without what YAML does not allow even there.
    private static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) ? $0 : " " }))
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...: true
        default: false
        }
    }
}
