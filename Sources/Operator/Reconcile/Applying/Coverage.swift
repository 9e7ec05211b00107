internal import JSON

/// Whether a live object has everything that is wanted, whatever else others have added to it.
enum Coverage {
    /// The member by which the server tells the elements of a list apart, in the order in which they are tried.
    private static let keys = ["name", "containerPort", "port", "topologyKey", "uid", "ip", "key"]

    /// Returns whether `live` says everything that `wanted` says.
    ///
    /// A quantity that the server spells in another way counts as different; the caller has to remember what came of
    /// applying it.
    static func holds(_ wanted: JSONValue, in live: JSONValue?) -> Bool {
        switch (wanted, live) {
        case (.object(let wanted), .object(let live)?):
            return wanted.allSatisfy { holds($0.value, in: live[$0.key]) }
        // The server drops what is empty.
        case (.object(let wanted), nil): return wanted.allSatisfy { holds($0.value, in: nil) }
        case (.array(let wanted), nil): return wanted.isEmpty
        case (.array(let wanted), .array(let live)?): return holds(wanted, in: live)
        case (.null, nil): return true
        default: return wanted == live
        }
    }

    private static func holds(_ wanted: [JSONValue], in live: [JSONValue]) -> Bool {
        guard let key = keys.first(where: { key in !wanted.isEmpty && wanted.allSatisfy { $0[key] != nil } }) else {
            return wanted.count == live.count && zip(wanted, live).allSatisfy { holds($0, in: $1) }
        }
        return wanted.allSatisfy { element in
            live.contains { $0[key] == element[key] && holds(element, in: $0) }
        }
    }
}
