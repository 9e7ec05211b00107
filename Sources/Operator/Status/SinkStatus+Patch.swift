package import JSON

extension SinkStatus {
    /// Returns the merge patch that makes `current` the status `next`, or `nil` when nothing differs.
    ///
    /// Members that are gone become `null`; lists are replaced as a whole.
    package static func patch(from current: JSONValue?, to next: JSONValue) -> JSONValue? {
        difference(from: current ?? [:], to: next).map { ["status": $0] }
    }

    // The tests for nothing stand alone: beside a JSON value, `nil` would mean JSON's null.
    private static func difference(from current: JSONValue, to next: JSONValue) -> JSONValue? {
        guard current != next else { return nil }
        guard let before = current.objectValue, let after = next.objectValue else { return next }
        var changes = JSONObject()
        for (key, value) in after {
            if let old = before[key] { changes[key] = difference(from: old, to: value) } else { changes[key] = value }
        }
        for key in before.keys where after[key] == nil { changes[key] = .null }
        return .object(changes)
    }
}
