internal import JSON

/// How often each column of a table finds its value in rows, and what of the rows no column takes.
package struct ColumnCoverage: Sendable, Hashable {
    /// What was found about one column.
    package struct Column: Sendable, Hashable {
        /// The column's name.
        package let name: String
        /// Where its value stands, as the mapping has it.
        package let path: String
        /// In how many rows there is nothing at the path.
        package var missing = 0
        /// In how many rows there is a null.
        package var null = 0
    }

    /// Where the columns come from, such as `mapping OrdersMapping`.
    package let origin: String
    /// The columns in the mapping's order.
    package private(set) var columns: [Column]
    /// How many rows were looked at.
    package private(set) var rows = 0
    /// The members of rows that no column takes, in the order in which they came, and how many rows have each.
    package private(set) var others: [(name: String, rows: Int)] = []
    private let sources: [SampledColumn]
    /// The members that columns begin at; `nil` when one takes whole rows.
    private let taken: Set<String>?

    /// The most different members that are told.
    private static let toldMembers = 100

    init(_ sources: [SampledColumn], origin: String) {
        self.origin = origin
        self.sources = sources
        columns = sources.map { Column(name: $0.name, path: $0.path) }
        var taken: Set<String> = []
        var takesAll = false
        for source in sources {
            if case .member(let name) = source.steps.steps.first { taken.insert(name) } else { takesAll = true }
        }
        self.taken = takesAll ? nil : taken
    }

    /// Looks at a line of JSON, which is an object or an array of objects.
    mutating func count(_ line: [UInt8]) {
        guard let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)) else { return }
        for row in value.arrayValue ?? [value] { count(row) }
    }

    private mutating func count(_ row: JSONValue) {
        rows += 1
        for (index, source) in sources.enumerated() {
            switch source.steps.value(in: row) {
            case nil: columns[index].missing += 1
            case .null?: columns[index].null += 1
            default: break
            }
        }
        guard let taken else { return }
        for name in (row.objectValue ?? [:]).keys where !taken.contains(name) {
            if let index = others.firstIndex(where: { $0.name == name }) {
                others[index].rows += 1
            } else if others.count < Self.toldMembers {
                others.append((name, 1))
            }
        }
    }

    package static func == (left: ColumnCoverage, right: ColumnCoverage) -> Bool {
        left.origin == right.origin && left.columns == right.columns && left.rows == right.rows
            && left.others.elementsEqual(right.others) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(origin)
        hasher.combine(columns)
        hasher.combine(rows)
    }
}
