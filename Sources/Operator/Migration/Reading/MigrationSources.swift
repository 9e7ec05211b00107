internal import JSON
internal import Secrets
internal import SinkConfiguration
internal import YAML

/// The connectors and the Connect workers of all inputs, each recognised by what it holds.
struct MigrationSources {
    private(set) var connectors: [ConnectorSource] = []
    private(set) var workers: [WorkerSource] = []
    private(set) var notes: [MigrationNote] = []

    /// Reads inputs.
    /// - Throws: ``MigrationError`` when an input is nothing that is known.
    init(_ inputs: [MigrationInput]) throws(MigrationError) {
        for input in inputs {
            for document in try Self.documents(in: input) { try read(document, input.name) }
        }
    }

    /// The documents of an input; a file of Java's properties is one, which is a flat map.
    ///
    /// Properties may stand with colons and then look like YAML, which would take `0123` for a number. So a file that is
    /// called one is read as one, and without such a name only what has a structure is YAML.
    private static func documents(in input: MigrationInput) throws(MigrationError) -> [JSONValue] {
        let name = input.name.lowercased()
        if name.hasSuffix(".env") || EnvironmentFile.isPresent(in: input.text) {
            return flat(EnvironmentFile.parse(input.text))
        }
        if name.hasSuffix(".properties") { return try properties(of: input) }
        let first = input.text.unicodeScalars.first { !$0.properties.isWhitespace }
        if first == "{" || first == "[" {
            do throws(JSONError) {
                return [try JSONValue(parsing: input.text)]
            } catch {
                // YAML may begin with a bracket too, and then is allowed more than JSON is.
                let documents = try? JSONValue.yamlDocuments(in: input.text)
                guard let documents else {
                    throw MigrationError(message: "\(input.name) is not JSON: \(error.message)")
                }
                return documents
            }
        }
        var problem = ""
        do throws(YAMLError) {
            let documents = try JSONValue.yamlDocuments(in: input.text).filter { !$0.isNull }
            if isStructured(documents, input.text)
                || !documents.isEmpty && [".yaml", ".yml"].contains(where: name.hasSuffix)
            {
                return documents
            }
        } catch {
            problem = "\(error)"
        }
        if input.text.contains("apiVersion:"), !problem.isEmpty {
            throw MigrationError(message: "\(input.name) is not YAML: \(problem)")
        }
        return try properties(of: input)
    }

    /// Whether documents are more than a flat map without quotes, which may be properties with colons.
    private static func isStructured(_ documents: [JSONValue], _ text: String) -> Bool {
        // The text of a file of properties is one scalar in YAML, and a list of objects is `kubectl`'s at most.
        guard !documents.isEmpty, documents.allSatisfy({ $0.objectValue != nil || $0.arrayValue != nil }) else {
            return false
        }
        let hasObjects = documents.contains { document in
            document.arrayValue != nil || document.objectValue?.contains { $0.value.objectValue != nil } ?? false
        }
        return hasObjects || documents.count > 1 || documents.contains { $0["apiVersion"] != nil }
            || text.firstMatch(of: /(?m)^[^\s#=:]+:[ \t]+(?:["']|[|>][-+]?[ \t]*$)/) != nil
    }

    private static func properties(of input: MigrationInput) throws(MigrationError) -> [JSONValue] {
        do throws(JavaProperties.Malformed) {
            return flat(try JavaProperties.parse(input.text).map { ($0.name, $0.value) })
        } catch {
            throw MigrationError(
                message: "\(input.name): line \(error.line): \\u must be followed by four hexadecimal digits"
            )
        }
    }

    /// A document of properties; the last of several with the same name wins.
    private static func flat(_ entries: [(name: String, value: String)]) -> [JSONValue] {
        entries.isEmpty ? [] : [.object(JSONObject(entries.map { ($0.name, .string($0.value)) }))]
    }

    private mutating func read(_ document: JSONValue, _ place: String) throws(MigrationError) {
        switch document {
        case .array(let elements):
            guard !elements.contains(where: { $0.stringValue != nil }) else {
                throw MigrationError(
                    message:
                        "\(place) holds names of connectors alone; ask Connect for /connectors?expand=info&expand=status"
                )
            }
            for element in elements { try read(element, place) }
        case .object(let object): try read(object, document, place)
        case .null: return
        default: throw Self.unknown(place)
        }
    }

    private mutating func read(_ object: JSONObject, _ document: JSONValue, _ place: String) throws(MigrationError) {
        if object["apiVersion"]?.stringValue != nil || object["kind"]?.stringValue != nil {
            return try readResource(object, document, place)
        }
        if let code = object["error_code"]?.intValue {
            throw MigrationError(message: "\(place) holds an error of Connect's, code \(code); ask it again")
        }
        if let config = object["config"]?.objectValue {
            let state = object["initial_state"]?.stringValue
            return try add(config, name: object["name"]?.stringValue, state: state, isREST: true, place)
        }
        let expanded = object.filter { $0.value["info"]?["config"] != nil }
        if !expanded.isEmpty {
            for (name, value) in expanded {
                let state = value["status"]?["connector"]?["state"]?.stringValue
                let info = value["info"]
                let config = info?["config"]?.objectValue ?? [:]
                try add(config, name: info?["name"]?.stringValue ?? name, state: state, isREST: true, place)
            }
            return
        }
        if object.contains(where: { $0.value["status"] != nil }) || object["connector"]?["state"] != nil {
            throw MigrationError(
                message:
                    "\(place) holds the status of connectors; ask Connect for /connectors?expand=info&expand=status"
            )
        }
        try add(object, name: nil, state: nil, place)
    }

    private mutating func readResource(
        _ object: JSONObject,
        _ document: JSONValue,
        _ place: String
    ) throws(MigrationError) {
        let kind = object["kind"]?.stringValue ?? ""
        if let items = object["items"]?.arrayValue {
            for item in items {
                // The items of a list of one kind may leave out what the list says.
                guard item["kind"] == nil, kind.hasSuffix("List"), var inner = item.objectValue else {
                    try read(item, place)
                    continue
                }
                inner["kind"] = .string(String(kind.dropLast("List".count)))
                inner["apiVersion"] = object["apiVersion"]
                try read(.object(inner), place)
            }
            return
        }
        let isStrimzi = object["apiVersion"]?.stringValue?.hasPrefix("kafka.strimzi.io/") ?? false
        switch (kind, isStrimzi) {
        case ("KafkaConnector", true): connectors.append(ConnectorSource(strimzi: document, place: place))
        case ("KafkaConnect", true): workers.append(WorkerSource(strimzi: document, place: place))
        default:
            let name = document["metadata"]?["name"]?.stringValue ?? "without a name"
            let text = "a \(kind.isEmpty ? "resource" : kind) says nothing that a sink needs"
            notes.append(MigrationNote(.skipped, name, [], text))
        }
    }

    private mutating func add(
        _ object: JSONObject,
        name: String?,
        state: String?,
        isREST: Bool = false,
        _ place: String
    ) throws(MigrationError) {
        var config = ConfigMap.texts(of: object)
        let isConnector = config["connector.class"] != nil || config.keys.contains { $0.hasPrefix("kusto.") }
        if name != nil || isConnector {
            let name = name ?? config["name"] ?? ""
            config["name"] = nil
            let rests = state.map { $0.lowercased() }.flatMap { ["paused", "stopped"].contains($0) ? $0 : nil }
            var connector = ConnectorSource(place: place, name: name, config: config, restState: rests)
            connector.mayRest = isREST && state == nil
            connectors.append(connector)
            return
        }
        for (variable, value) in config where variable.hasPrefix("CONNECT_") {
            config[variable] = nil
            if let property = ConnectEnvironment.propertyName(of: variable) { config[property] = value }
        }
        let marks = ["bootstrap.servers", "key.converter", "value.converter", "offset.storage.topic", "plugin.path"]
        guard marks.contains(where: { config[$0] != nil }) else { throw Self.unknown(place) }
        workers.append(WorkerSource(place: place, properties: config))
    }

    private static func unknown(_ place: String) -> MigrationError {
        MigrationError(
            message: """
                \(place) is neither a connector's configuration (.properties, JSON of Connect's REST API, a Strimzi \
                KafkaConnector) nor a Connect worker's (.properties, a Strimzi KafkaConnect)
                """
        )
    }
}
