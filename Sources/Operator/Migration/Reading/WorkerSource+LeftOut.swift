internal import JSON

/// What of a Strimzi `KafkaConnect` a sink does not get.
extension WorkerSource {
    /// Members of the resource that a sink may need and does not get; the others that are left out it does without.
    private static let lost = [
        "spec.tls", "spec.authentication", "spec.rack", "spec.externalConfiguration", "spec.template.pod.",
        "spec.template.serviceAccount", "spec.template.connectContainer",
    ]

    /// Whether a sink may need a member that was left out.
    func isLost(_ field: String) -> Bool {
        Self.lost.contains(where: field.hasPrefix) || unknown.contains(field)
    }

    /// Adds every member of the resource's `spec` of which nothing was made.
    mutating func addLeftOut(_ spec: JSONValue) {
        for field in Self.present(spec).sorted() where !Self.used.contains(field) {
            if let reason = Self.reasons[field] {
                leftOut.append(("spec.\(field)", reason))
            } else {
                unknown.insert("spec.\(field)")
                leftOut.append(
                    ("spec.\(field)", "nothing is known of it here; see whether the sink needs something like it")
                )
            }
        }
        addLeftOutOfTemplate(spec["template"] ?? [:])
        addLeftOutVolumes(spec)
        for (list, place) in Self.variables(spec) {
            for variable in list where variable["value"] == nil && variable["valueFrom"]?["secretKeyRef"] == nil {
                guard let name = variable["name"]?.stringValue else { continue }
                let reason =
                    "it comes from no Secret, so its value is not known here; set it where a connector refers to it"
                leftOut.append(("\(place)[\(name)]", reason))
            }
        }
    }

    private static let used: Set<String> = [
        "bootstrapServers", "config", "tls", "authentication", "externalConfiguration", "template",
    ]

    private static let reasons: [String: String] = {
        let groups: [(String, [String])] = [
            (
                "workers of a sink need no JVM; their number and resources are the sink's",
                ["resources", "jvmOptions", "replicas"]
            ),
            (
                "set spec.kafka.consumer.clientRack, which is one for all workers, to read from the nearest replica",
                ["rack"]
            ),
            (
                "it is about the Connect workers' logs, metrics and traces; a sink has its own",
                ["logging", "metricsConfig", "tracing", "jmxOptions"]
            ),
            (
                "it is about the Connect workers' image, plugins, probes and topics, which a sink does not have",
                [
                    "image", "version", "build", "plugins", "livenessProbe", "readinessProbe", "clientRackInitImage",
                    "groupId", "configStorageTopic", "offsetStorageTopic", "statusStorageTopic",
                ]
            ),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { reason, fields in fields.map { ($0, reason) } })
    }()

    private mutating func addLeftOutOfTemplate(_ template: JSONValue) {
        let used = ["pod": ["volumes"], "connectContainer": ["env", "volumeMounts"]]
        for part in Self.present(template).sorted() {
            switch part {
            case "pod", "connectContainer":
                let fields = Self.present(template[part] ?? [:]).filter { used[part]?.contains($0) != true }
                for field in fields.sorted() {
                    let reason = "set the same in spec.template of the sink where its pods need it"
                    leftOut.append(("spec.template.\(part).\(field)", reason))
                }
            case "serviceAccount":
                let reason = """
                    an identity of Azure's may stand in its annotations: set spec.template.serviceAccountName of the sink, or \
                    clientId and tenantId of spec.kusto.auth
                    """
                leftOut.append(("spec.template.serviceAccount", reason))
            default: leftOut.append(("spec.template.\(part)", "the operator makes a sink's own objects"))
            }
        }
    }

    private mutating func addLeftOutVolumes(_ spec: JSONValue) {
        let lists: [(JSONValue?, String)] = [
            (spec["externalConfiguration"]?["volumes"], "spec.externalConfiguration.volumes"),
            (spec["template"]?["pod"]?["volumes"], "spec.template.pod.volumes"),
        ]
        for (list, place) in lists {
            for volume in list?.arrayValue ?? [] {
                let isSecret = volume["secret"]?["secretName"] != nil && volume["secret"]?["items"] == nil
                guard !isSecret, let name = volume["name"]?.stringValue else { continue }
                let reason = "a sink mounts whole Secrets that it names, and no other files"
                leftOut.append(("\(place)[\(name)]", reason))
            }
        }
    }

    private static func variables(_ spec: JSONValue) -> [(list: [JSONValue], place: String)] {
        [
            (spec["externalConfiguration"]?["env"]?.arrayValue ?? [], "spec.externalConfiguration.env"),
            (spec["template"]?["connectContainer"]?["env"]?.arrayValue ?? [], "spec.template.connectContainer.env"),
        ]
    }

    private static func present(_ object: JSONValue) -> [String] {
        (object.objectValue ?? [:]).filter { !$0.value.isNull }.map(\.key)
    }
}
