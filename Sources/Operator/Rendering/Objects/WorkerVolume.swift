internal import JSON

/// A volume of the workers' pods, and where it is mounted.
struct WorkerVolume {
    /// Readable by everyone in the pod, which has one user.
    ///
    /// A narrower mode would need a group: its number is the cluster's on OpenShift and the image's elsewhere, so it
    /// cannot be named here. On the node the files lie below a directory that only root may enter.
    private static let mode = JSONValue.integer(0o444)
    /// What a volume's limit has above the worker's own, since files take whole blocks and an overrun evicts the pod.
    private static let slack = 64 << 20

    private let name: String
    private let source: (String, JSONValue)
    private let path: String
    private let isReadOnly: Bool

    /// The element of the pod's `volumes`.
    var json: JSONValue { .object(JSONObject([("name", .string(name)), source])) }

    /// The element of the container's `volumeMounts`.
    var mount: JSONValue {
        var mount: JSONObject = ["name": .string(name), "mountPath": .string(path)]
        if isReadOnly { mount["readOnly"] = true }
        return .object(mount)
    }

    /// The rendered configuration.
    static func config(name: String) -> WorkerVolume {
        let source: JSONValue = ["name": .string(name), "defaultMode": mode]
        return WorkerVolume(
            name: "config",
            source: ("configMap", source),
            path: WorkerPod.configDirectory,
            isReadOnly: true
        )
    }

    /// The keys of the users' Secrets that are in use, and no others: a directory for each Secret.
    static func secrets(_ secrets: [String: Set<String>]) -> WorkerVolume {
        let sources = secrets.sorted { $0.key < $1.key }.map { name, keys -> JSONValue in
            let items = keys.sorted().map { key -> JSONValue in
                ["key": .string(key), "path": .string("\(name)/\(key)")]
            }
            return ["secret": ["name": .string(name), "items": .array(items)]]
        }
        return WorkerVolume(
            name: "secrets",
            source: ("projected", ["defaultMode": mode, "sources": .array(sources)]),
            path: SecretMount.directory,
            isReadOnly: true
        )
    }

    /// The disk for batches that do not fit into memory.
    static func buffers(bytes: Int) -> WorkerVolume {
        let limit = JSONValue.string(Quantity.mebibytes(bytes + slack))
        return WorkerVolume(
            name: "buffers",
            source: ("emptyDir", ["sizeLimit": limit]),
            path: WorkerPod.bufferDirectory,
            isReadOnly: false
        )
    }

    /// What libraries write elsewhere, such as Kerberos' tickets.
    static let temporary = WorkerVolume(
        name: "tmp",
        source: ("emptyDir", ["sizeLimit": .string(Quantity.mebibytes(slack))]),
        path: "/tmp",
        isReadOnly: false
    )
}
