internal import JSON

/// An event as it is sent: who said what about which object, and how often.
struct RecordedEvent: Sendable, Hashable {
    /// What makes two events the same; the note does not.
    struct Key: Sendable, Hashable {
        let type: EventType
        let reason: String
        let action: String
        let apiVersion: String
        let kind: String
        let namespace: String
        let name: String
        let uid: String
    }

    private static let noteBytes = 1024
    private static let wordBytes = 128
    /// The longest name of an object, which ends here in a dot and 16 digits.
    private static let nameBytes = 253 - 17

    let key: Key
    let note: String
    /// When it happened first, in microseconds since 1970.
    let firstMicroseconds: Int64
    /// What tells it from other events about the object.
    let serial: Int64
    var count = 1
    /// When it happened last, in microseconds since 1970.
    var lastMicroseconds: Int64

    init(key: Key, note: String, serial: Int64, unixMicroseconds: Int64) {
        self.key = key
        self.note = note
        self.serial = serial
        firstMicroseconds = unixMicroseconds
        lastMicroseconds = unixMicroseconds
    }

    /// The Event object's name and namespace.
    var reference: ObjectReference {
        ObjectReference(
            .event,
            namespace: key.namespace.isEmpty ? "default" : key.namespace,
            name: Self.cut(key.name, to: Self.nameBytes, ending: "") + "." + String(serial, radix: 16)
        )
    }

    /// The whole object.
    func object(controller: String, instance: String) -> KubernetesObject {
        var regarding: JSONObject = [
            "apiVersion": .string(key.apiVersion), "kind": .string(key.kind), "name": .string(key.name),
            "uid": .string(key.uid),
        ]
        if !key.namespace.isEmpty { regarding["namespace"] = .string(key.namespace) }
        var members: JSONObject = [
            "apiVersion": .string(ResourceKind.event.apiVersion), "kind": .string(ResourceKind.event.kind),
            "metadata": ["name": .string(reference.name), "namespace": .string(reference.namespace)],
            "eventTime": .string(Timestamp.micro(unixMicroseconds: firstMicroseconds)),
            "reportingController": .string(controller),
            "reportingInstance": .string(Self.cut(instance, to: Self.wordBytes, ending: "")),
            "action": .string(Self.cut(key.action, to: Self.wordBytes, ending: "")),
            "reason": .string(Self.cut(key.reason, to: Self.wordBytes, ending: "")),
            "type": .string(key.type.rawValue), "regarding": .object(regarding),
            "note": .string(Self.cut(note, to: Self.noteBytes, ending: "…")),
        ]
        if count > 1 { members["series"] = series }
        return KubernetesObject(.object(members))
    }

    /// What is patched when it has happened again.
    var patch: ObjectPatch { .merge(["series": series]) }

    private var series: JSONValue {
        [
            "count": .integer(Int64(count)),
            "lastObservedTime": .string(Timestamp.micro(unixMicroseconds: lastMicroseconds)),
        ]
    }

    /// The beginning of a text that fits, without half a character.
    private static func cut(_ text: String, to bytes: Int, ending: String) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = String.UnicodeScalarView()
        var room = bytes - ending.utf8.count
        for scalar in text.unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            kept.append(scalar)
        }
        return String(kept) + ending
    }
}
