internal import JSON
internal import Synchronization

/// The rows of status tables, by partition and row key.
final class StatusTableStore: Sendable {
    /// What names a row.
    struct Key: Hashable, Sendable {
        let table: StorageResource
        let partition: String
        let row: String
    }

    private let rows = Mutex<[Key: JSONObject]>([:])
    private let maximumRows: Int

    /// Creates an empty store for at most `maximumRows` rows.
    init(maximumRows: Int = 1_000_000) { self.maximumRows = maximumRows }

    /// The row of that key.
    subscript(key: Key) -> JSONObject? { rows.withLock { $0[key] } }

    /// Adds a row; returns whether there was none of that key and the store is not full.
    func insert(_ row: JSONObject, at key: Key) -> Bool {
        rows.withLock { rows in
            guard rows[key] == nil, rows.count < maximumRows else { return false }
            rows[key] = row
            return true
        }
    }

    /// Sets properties of a row and keeps the others; makes the row when there is none.
    func merge(_ properties: JSONObject, at key: Key) {
        rows.withLock { rows in
            var row = rows[key] ?? JSONObject()
            for (name, value) in properties { row[name] = value }
            rows[key] = row
        }
    }

    /// Removes a row; returns whether there was one.
    func remove(_ key: Key) -> Bool { rows.withLock { $0.removeValue(forKey: key) != nil } }

    /// Removes all rows.
    func removeAll() { rows.withLock { $0 = [:] } }
}
