internal import JSON
package import Kubernetes
internal import Secrets
internal import Text
internal import YAML

/// The objects that a file holds: KustoSinks, and Secrets beside them.
package struct SinkFile: Sendable {
    /// Why a file cannot be used at all.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence with the file's path.
        package let message: String

        package var description: String { message }
    }

    /// The most bytes that are read: as many as etcd keeps of some objects.
    private static let limit = 16 << 20

    /// What Strimzi calls what `migrate` turns into KustoSinks.
    private static let migrated: Set<String> = ["KafkaConnector", "KafkaConnect"]

    /// The KustoSinks in order.
    package private(set) var sinks: [KubernetesObject] = []
    /// The Secrets, by namespace and name.
    private var secrets: [SinkKey: KubernetesObject] = [:]
    /// The keys of each Secret that hold nothing but a placeholder.
    private var unfilled: [SinkKey: Set<String>] = [:]
    /// What else is there, as kind and version.
    private var others: [(kind: String, version: String)] = []

    /// Reads YAML documents, or JSON, which is YAML; `-` is the standard input.
    /// - Throws: ``Failure`` when the file cannot be read, is not YAML or holds no KustoSink.
    package init(path: String) throws(Failure) {
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(path == "-" ? "/dev/stdin" : path, limit: Self.limit)
        } catch {
            let remedy = if case .unreadable(let file) = error { "; \(file.remedy)" } else { "" }
            let reason = error.reason(limit: Self.limit) + remedy
            throw Failure(message: "\(path) \(reason)")
        }
        do throws(YAMLError) {
            try self.init(documents: JSONValue.yamlDocuments(in: bytes))
        } catch {
            throw Failure(message: "\(path) is not YAML: \(error)")
        }
        if sinks.isEmpty { throw Failure(message: missing(at: path)) }
    }

    /// Says that there is no KustoSink, what there is, and how it becomes one.
    private func missing(at path: String) -> String {
        var message = "\(path) holds no KustoSink (\(KustoSink.kind.apiVersion))"
        guard let other = others.first else { return message }
        message += ", but a \(HarmlessText.shown(name: other.kind))"
        if let end = other.version.firstIndex(of: "/") {
            message += " of \(HarmlessText.shown(name: String(other.version[..<end])))"
        }
        guard Self.migrated.contains(other.kind) else { return message }
        return message + "; make one of it with: kusto-sink-operator migrate \(path)"
    }

    /// Takes documents; those that are neither KustoSinks nor Secrets are passed over.
    init(documents: [JSONValue]) {
        for document in documents {
            let object = KubernetesObject(document)
            switch object.kind {
            case KustoSink.kind.kind: sinks.append(object)
            case "Secret":
                let key = SinkKey(namespace: object.namespace, name: object.name)
                secrets[key] = SecretDigests.reduced(object)
                unfilled[key] = Self.unfilledKeys(of: document)
            case "List":
                let list = SinkFile(documents: document["items"]?.arrayValue ?? [])
                sinks += list.sinks
                secrets.merge(list.secrets) { _, later in later }
                unfilled.merge(list.unfilled) { _, later in later }
                others += list.others
            default:
                if !object.kind.isEmpty { others.append((object.kind, object.apiVersion)) }
            }
        }
    }

    /// A Secret of the file, with digests in place of its values.
    func secret(namespace: String, name: String) -> KubernetesObject? {
        secrets[SinkKey(namespace: namespace, name: name)]
    }

    /// The keys of a Secret of the file that hold nothing but a placeholder.
    func unfilledKeys(namespace: String, name: String) -> Set<String> {
        unfilled[SinkKey(namespace: namespace, name: name)] ?? []
    }

    private static func unfilledKeys(of secret: JSONValue) -> Set<String> {
        let texts = (secret["stringData"]?.objectValue ?? [:]).filter { $0.value.stringValue == Placeholder.text }
        let files = (secret["data"]?.objectValue ?? [:]).filter { $0.value.stringValue == Placeholder.base64 }
        return Set(texts.map(\.key) + files.map(\.key))
    }
}
