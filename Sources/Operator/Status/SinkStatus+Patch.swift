package import JSON

extension SinkStatus {
    /// Returns the merge patch that makes `current` the status `next`, or `nil` when nothing differs.
    ///
    /// Members that are gone become `null`; lists are replaced as a whole.
    package static func patch(from current: JSONValue?, to next: JSONValue) -> JSONValue? {
        difference(from: current ?? [:], to: next).map { ["status": $0] }
    }

    private static func difference(from current: JSONValue, to next: JSONValue) -> JSONValue? {
        guard let before = current.objectValue, let after = next.objectValue else {
            return current == next ? nil : next
        }
        var changes = JSONObject()
        for (key, value) in after { changes[key] = before[key].map { difference(from: $0, to: value) } ?? value }
        for key in before.keys where after[key] == nil { changes[key] = .null }
        return changes.isEmpty ? nil : .object(changes)
    }
}
