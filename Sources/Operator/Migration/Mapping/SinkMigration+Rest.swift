internal import JSON
internal import Secrets
internal import SinkConfiguration

/// What needs no care of its own: the tables say where it goes.
extension SinkMigration {
    /// Puts what is left into the fields that stand for it, into `spec.config`, or into notes.
    mutating func addRest() {
        var unknown: [String] = []
        for (name, setting) in settings.left.sorted(by: { $0.key < $1.key }) {
            _ = settings.take(name)
            switch PropertyTable.effect(of: name) {
            case .unknown: unknown.append(setting.name)
            case .ignored(let reason): note(.noEffect, [setting.name], "\(reason)")
            case .refused(let reason): note(.notCarriedOver, [setting.name], reason)
            case .effective: if setting.value.isEmpty { unknown.append(setting.name) } else { add(name, setting) }
            }
        }
        shortenSession()
        if !unknown.isEmpty { note(.noEffect, unknown, "it means nothing to the sink") }
        for (reason, entries) in Dictionary(grouping: settings.unheeded, by: \.reason).sorted(by: { $0.key < $1.key }) {
            note(entries[0].kind, entries.map(\.name).sorted(), reason)
        }
        for (name, other) in settings.overridden {
            note(.noEffect, [name], "\(other) takes its place")
        }
    }

    /// Makes the group wait no longer for a heartbeat than for a poll, which Java's consumer allows.
    private mutating func shortenSession() {
        let path = FieldPath("spec.kafka.consumer")
        func time(_ field: String) -> Duration? {
            draft[path.below(field)]?.stringValue.flatMap { Duration(resourceText: $0) }
        }
        // By default 45 seconds and 5 minutes, in Java too.
        let poll = time("maxPollInterval") ?? .seconds(300)
        guard (time("sessionTimeout") ?? .seconds(45)) > poll else { return }
        let session = path.below("sessionTimeout")
        let own = draft.culprits(at: session).first { $0.path == session }?.properties
        let properties = own ?? draft.culprits(at: path.below("maxPollInterval")).flatMap(\.properties)
        draft.set(session, .string(poll.resourceText), from: properties)
        note(
            .warning,
            properties,
            "\(session) is \(poll.resourceText), since it must not be longer than maxPollInterval"
        )
    }

    /// Sets the field that stands for a property, or adds one that has no field.
    private mutating func add(_ name: String, _ setting: MigrationSetting) {
        guard let owner = PropertyOwnership.owner(of: name) else { return addFree(name, setting) }
        guard owner.isField else {
            return note(.noEffect, [setting.name], "the operator decides this for the workers of a sink")
        }
        switch name {
        case "consumer.override.partition.assignment.strategy": addAssignor(setting, owner.path)
        case "errors.retry.timeout" where setting.value == "-1":
            draft.set(FieldPath(owner.path), "720h", from: [setting.name])
            note(.warning, [setting.name], "-1 is for ever; a sink tries for 720h at most")
        case "consumer.override.max.poll.interval.ms" where (Int64(setting.value) ?? 0) > 86_400_000:
            draft.set(FieldPath(owner.path), "24h", from: [setting.name])
            let text = "a sink polls while it tries again, so 24h, the most that it takes, is enough"
            note(.warning, [setting.name], text)
        default: set(owner.path, setting)
        }
    }

    /// Sets the assignor; the connector's list of several names what the group can agree on, a sink has one.
    private mutating func addAssignor(_ setting: MigrationSetting, _ path: String) {
        let known = [
            "RangeAssignor": "range", "RoundRobinAssignor": "roundrobin",
            "CooperativeStickyAssignor": "cooperative-sticky", "range": "range", "roundrobin": "roundrobin",
            "cooperative-sticky": "cooperative-sticky",
        ]
        let classes = FieldValue.list(setting.value).map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        guard let assignor = classes.lazy.compactMap({ known[$0] }).first else {
            return note(
                .notCarriedOver,
                [setting.name],
                "a sink takes range, roundrobin or cooperative-sticky; see \(path)"
            )
        }
        draft.set(FieldPath(path), .string(assignor), from: [setting.name])
        if classes.count > 1 { note(.warning, [setting.name], "a sink has one assignor, which is \(assignor)") }
    }

    /// Adds a property that has no field.
    private mutating func addFree(_ name: String, _ setting: MigrationSetting) {
        let path = FieldPath(["config", name])
        switch resolver.target(of: setting.value) {
        case .text(let text) where !PropertyTable.isSecret(name):
            draft.set(path, .string(text), from: [setting.name])
        case .secret(let place, let key) where place.isEmpty || namespace.isEmpty || place == namespace:
            draft.set(path, .string("${secret:\(key.name):\(key.key)}"), from: [setting.name])
        default:
            let text =
                "its value is not known here; set it in spec.config, with ${secret:NAME:KEY} for a key of a Secret"
            note(.notCarriedOver, [setting.name], text)
        }
    }
}
