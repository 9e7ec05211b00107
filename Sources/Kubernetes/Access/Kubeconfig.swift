internal import FoundationEssentials
internal import JSON
internal import YAML

/// What one or more kubeconfig files say together; of what several of them say, the first counts.
struct Kubeconfig: Sendable {
    /// A named cluster, user or context, and where it is written.
    struct Entry: Sendable {
        let kind: String
        let name: String
        let file: String
        let fields: JSONValue

        /// The folder against which relative paths are resolved.
        var folder: String {
            let parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            return parts.isEmpty ? "." : parts.count == 1 && parts[0].isEmpty ? "/" : parts.joined(separator: "/")
        }
    }

    private var clusters: [String: Entry] = [:]
    private var users: [String: Entry] = [:]
    private var contexts: [String: Entry] = [:]
    private var currentContext: String?
    private var files: [String] = []

    /// Adds what a file says and no earlier one does.
    /// - Returns: Whether there is such a file.
    /// - Throws: ``APIError`` with `configuration` when it is not a kubeconfig.
    mutating func merge(fileAt path: String) throws(APIError) -> Bool {
        guard FileStamp(path) != nil else { return false }
        let bytes = try BoundedText.bytes(path, what: "the kubeconfig")
        let documents: [JSONValue]
        do throws(YAMLError) {
            // Names and tokens may look like numbers; as text they stay what was written.
            documents = try JSONValue.yamlDocuments(in: bytes, scalars: .text)
        } catch {
            throw APIError(.configuration, "kubeconfig \(path) is not YAML: \(error.message)")
        }
        guard documents.count <= 1, documents.isEmpty || documents[0].isNull || documents[0].objectValue != nil else {
            throw APIError(.configuration, "kubeconfig \(path) is not one YAML object; expected kind: Config")
        }
        files.append(path)
        let document = documents.first ?? .null
        try Self.add(document, "clusters", "cluster", path, to: &clusters)
        try Self.add(document, "users", "user", path, to: &users)
        try Self.add(document, "contexts", "context", path, to: &contexts)
        if currentContext == nil, let name = document["current-context"]?.stringValue, !name.isEmpty {
            currentContext = name
        }
        return true
    }

    private static func add(
        _ document: JSONValue,
        _ list: String,
        _ member: String,
        _ path: String,
        to entries: inout [String: Entry]
    ) throws(APIError) {
        guard let value = document[list], !value.isNull else { return }
        guard let elements = value.arrayValue else {
            throw APIError(.configuration, "kubeconfig \(path), \(list): expected a list")
        }
        for (index, element) in elements.enumerated() {
            guard let name = element["name"]?.stringValue else {
                throw APIError(.configuration, "kubeconfig \(path), \(list)[\(index)].name: expected a name")
            }
            guard entries[name] == nil else { continue }
            entries[name] = Entry(kind: member, name: name, file: path, fields: element[member] ?? .null)
        }
    }

    /// The access that the current context describes.
    /// - Throws: ``APIError`` with `configuration`.
    func access(environment: [String: String]) throws(APIError) -> ClusterAccess {
        let all = files.joined(separator: ", ")
        guard let currentContext else {
            throw APIError(
                .configuration,
                "kubeconfig \(all) has no current-context; choose one with kubectl config use-context NAME"
            )
        }
        let context = KubeconfigFields(try Self.find(currentContext, "context", contexts, "current-context", all))
        let clusterName = try context.required("cluster")
        let cluster = KubeconfigCluster(
            fields: KubeconfigFields(
                try Self.find(clusterName, "cluster", clusters, "context \(currentContext)", all)
            )
        )
        let user: KubeconfigUser? =
            if let name = try context.text("user") {
                KubeconfigUser(
                    fields: KubeconfigFields(try Self.find(name, "user", users, "context \(currentContext)", all))
                )
            } else { nil }
        return ClusterAccess(
            server: try cluster.server(),
            namespace: try context.text("namespace") ?? "default",
            origin: "context \(currentContext) of kubeconfig \(all)",
            trust: try cluster.trust(),
            serverName: try cluster.serverName(),
            proxy: try cluster.proxy(),
            acceptsCompression: try !cluster.fields.flag("disable-compression"),
            certificate: try user?.certificate(),
            login: try user?.login(cluster: cluster, environment: environment) ?? .none,
            impersonation: try user?.impersonation() ?? []
        )
    }

    private static func find(
        _ name: String,
        _ kind: String,
        _ entries: [String: Entry],
        _ asker: String,
        _ files: String
    ) throws(APIError) -> Entry {
        if let entry = entries[name] { return entry }
        let known = entries.keys.sorted().joined(separator: ", ")
        throw APIError(
            .configuration,
            "kubeconfig \(files): \(asker) names the \(kind) \(name), which is not there; "
                + (known.isEmpty ? "there is none" : "there are: \(known)")
        )
    }
}
