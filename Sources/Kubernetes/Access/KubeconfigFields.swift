internal import FoundationEssentials
internal import JSON

/// The fields of a cluster, user or context, read with errors that say where they are.
struct KubeconfigFields: Sendable {
    let entry: Kubeconfig.Entry
    private let value: JSONValue
    private let path: String

    /// Reads the fields of an entry.
    init(_ entry: Kubeconfig.Entry) {
        self.entry = entry
        value = entry.fields
        path = "\(entry.kind) \(entry.name)"
    }

    private init(_ entry: Kubeconfig.Entry, _ value: JSONValue, _ path: String) {
        self.entry = entry
        self.value = value
        self.path = path
    }

    /// An error about a field of these.
    func error(_ key: String, _ problem: String) -> APIError {
        APIError(.configuration, "kubeconfig \(entry.file), \(path), \(key): \(problem)")
    }

    /// A field's value as it is, or `nil` when it is missing or null.
    func raw(_ key: String) -> JSONValue? { value[key].flatMap { $0.isNull ? nil : $0 } }

    /// A text; `nil` when it is missing or empty.
    func text(_ key: String) throws(APIError) -> String? {
        guard let value = raw(key) else { return nil }
        guard let text = value.stringValue else { throw error(key, "expected a text") }
        return text.isEmpty ? nil : text
    }

    /// A text that must be there.
    func required(_ key: String) throws(APIError) -> String {
        guard let text = try text(key) else { throw error(key, "is missing") }
        return text
    }

    /// A Boolean; `false` when it is missing.
    func flag(_ key: String) throws(APIError) -> Bool {
        switch try text(key) {
        case "true", "True", "TRUE": true
        case nil, "false", "False", "FALSE": false
        default: throw error(key, "expected true or false")
        }
    }

    /// A list of texts; empty when it is missing.
    func texts(_ key: String) throws(APIError) -> [String] {
        guard let value = raw(key) else { return [] }
        guard let elements = value.arrayValue else { throw error(key, "expected a list of texts") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.stringValue else { throw error(key, "expected a list of texts") }
            texts.append(text)
        }
        return texts
    }

    /// The fields of an object, or `nil` when it is missing.
    func object(_ key: String) throws(APIError) -> KubeconfigFields? {
        guard let value = raw(key) else { return nil }
        guard value.objectValue != nil else { throw error(key, "expected an object") }
        return KubeconfigFields(entry, value, "\(path), \(key)")
    }

    /// The elements of a list of objects; empty when it is missing.
    func objects(_ key: String) throws(APIError) -> [KubeconfigFields] {
        guard let value = raw(key) else { return [] }
        guard let elements = value.arrayValue, elements.allSatisfy({ $0.objectValue != nil }) else {
            throw error(key, "expected a list of objects")
        }
        return elements.enumerated().map { KubeconfigFields(entry, $1, "\(path), \(key)[\($0)]") }
    }

    /// A file's path, resolved against the kubeconfig's folder; `nil` when it is missing.
    func file(_ key: String) throws(APIError) -> String? { try text(key).map(resolved) }

    /// A path, resolved against the kubeconfig's folder.
    func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : "\(entry.folder)/\(path)" }

    /// What `KEY-data` holds, else the file that `KEY` names; `nil` when neither is there.
    func pem(_ key: String) throws(APIError) -> PEMSource? {
        if let text = try text("\(key)-data") {
            guard let bytes = Data(base64Encoded: text, options: .ignoreUnknownCharacters).map(Array.init),
                PEMSource.isPEM(bytes)
            else { throw error("\(key)-data", "expected PEM in base64") }
            return .bytes(bytes)
        }
        return try file(key).map { .file($0) }
    }
}
