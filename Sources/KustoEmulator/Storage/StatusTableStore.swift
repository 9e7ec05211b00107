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

    /// Some of a table's rows.
    struct Page: Sendable {
        var rows: [JSONObject] = []
        /// The row that the next page begins with; `nil` after the last page.
        var next: Key?
    }

    /// What became of a change that is made only to a row as the caller knows it.
    enum Change: Sendable {
        case done, absent
        /// The row is another one since the caller has read it.
        case conflict
    }

    /// The property that says which version of a row this is.
    static let tag = "odata.etag"

    private struct State {
        var tables: [StorageResource: [String: [String: JSONObject]]] = [:]
        var count = 0
        var changes = 0
    }

    private let state = Mutex(State())
    private let maximumRows: Int

    /// Creates an empty store for at most `maximumRows` rows.
    init(maximumRows: Int = 1_000_000) { self.maximumRows = maximumRows }

    /// The row of that key.
    subscript(key: Key) -> JSONObject? { state.withLock { $0.tables[key.table]?[key.partition]?[key.row] } }

    /// Adds a row; returns whether there was none of that key and the store is not full.
    func insert(_ row: JSONObject, at key: Key) -> Bool {
        state.withLock { state in
            guard state.tables[key.table]?[key.partition]?[key.row] == nil, state.count < maximumRows else {
                return false
            }
            Self.set(row, at: key, &state)
            return true
        }
    }

    /// Sets properties of a row and keeps the others, or replaces them all; makes the row when there is none.
    /// - Parameter condition: The tag that the row must have, `*` for any row; `nil` to make one when there is none.
    @discardableResult
    func merge(
        _ properties: JSONObject,
        at key: Key,
        replacing: Bool = false,
        ifMatch condition: String? = nil
    ) -> Change {
        state.withLock { state in
            let old = state.tables[key.table]?[key.partition]?[key.row]
            let change = Self.change(of: old, condition)
            guard change == .done || condition == nil else { return change }
            var row = replacing ? JSONObject() : old ?? JSONObject()
            for (name, value) in properties { row[name] = value }
            row["PartitionKey"] = .string(key.partition)
            row["RowKey"] = .string(key.row)
            Self.set(row, at: key, &state)
            return .done
        }
    }

    /// Removes a row.
    /// - Parameter condition: The tag that the row must have; `nil` and `*` for any row.
    func remove(_ key: Key, ifMatch condition: String? = nil) -> Change {
        state.withLock { state in
            let change = Self.change(of: state.tables[key.table]?[key.partition]?[key.row], condition)
            guard change == .done else { return change }
            state.tables[key.table]?[key.partition]?[key.row] = nil
            if state.tables[key.table]?[key.partition]?.isEmpty == true {
                state.tables[key.table]?[key.partition] = nil
            }
            state.count -= 1
            return .done
        }
    }

    private static func change(of row: JSONObject?, _ condition: String?) -> Change {
        guard let row else { return .absent }
        guard let condition, condition != "*" else { return .done }
        return row[tag]?.stringValue == condition ? .done : .conflict
    }

    /// Removes all rows.
    func removeAll() { state.withLock { $0 = State() } }

    /// Reads rows in the order of their keys.
    ///
    /// A page ends after `limit` rows that match, or after `reading` rows that were looked at, as the real service ends one
    /// after some time; so a page may be empty and not the last.
    /// - Parameters:
    ///   - table: The table.
    ///   - start: The partition and the row to begin with.
    ///   - limit: The most rows of a page.
    ///   - reading: The most rows that are looked at for a page.
    ///   - filter: Which rows match.
    func page(
        of table: StorageResource,
        from start: (partition: String, row: String)?,
        limit: Int,
        reading: Int = 10_000,
        where filter: (JSONObject) -> Bool
    ) -> Page {
        state.withLock { state in
            var page = Page()
            var read = 0
            for (partition, rows) in (state.tables[table] ?? [:]).sorted(by: { $0.key < $1.key })
            where partition >= start?.partition ?? "" {
                let first = partition == start?.partition ? start?.row ?? "" : ""
                for (name, row) in rows.sorted(by: { $0.key < $1.key }) where name >= first {
                    guard page.rows.count < limit, read < reading else {
                        page.next = Key(table: table, partition: partition, row: name)
                        return page
                    }
                    read += 1
                    if filter(row) { page.rows.append(row) }
                }
            }
            return page
        }
    }

    private static func set(_ row: JSONObject, at key: Key, _ state: inout State) {
        var row = row
        state.changes += 1
        row[tag] = .string("W/\"\(state.changes)\"")
        if state.tables[key.table, default: [:]][key.partition, default: [:]].updateValue(row, forKey: key.row) == nil {
            state.count += 1
        }
    }
}
