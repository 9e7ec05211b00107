/// Puts rows of the left input together with those of the right that have the same keys; a null key matches nothing.
final class JoinStage: QueryStage {
    /// What is joined, and how.
    struct Plan {
        let kind: TabularExpression.Join.Kind
        /// Where the keys are in a row of the left, and in one of the right.
        let keys: [(left: Int, right: Int)]
        /// What stands for the right side when no row of it matches.
        let missingRight: [CellValue]
        /// Reads the right input into a stage.
        let readRight: (any QueryStage) throws -> Void
        /// The most rows of the right.
        let maximumRows: Int
    }

    private let plan: Plan
    private let next: any QueryStage
    private var right: [[CellValue]: [[CellValue]]]?
    private var seen: Set<[CellValue]> = []

    /// Creates the stage; rows go on to `next`.
    init(_ plan: Plan, next: any QueryStage) { (self.plan, self.next) = (plan, next) }

    func push(_ row: [CellValue]) throws -> Bool {
        let right = try right ?? read()
        let key = Self.key(row, plan.keys.map(\.left))
        let matches = key.flatMap { right[$0] } ?? []
        switch plan.kind {
        case .leftanti: return matches.isEmpty ? try next.push(row) : true
        case .leftsemi: return matches.isEmpty ? true : try next.push(row)
        case .leftouter where matches.isEmpty: return try next.push(row + plan.missingRight)
        case .innerunique:
            // The first row of the left with a key stands for all that have this key.
            guard let key, seen.insert(key).inserted else { return true }
        case .inner, .leftouter: break
        }
        for match in matches where try !next.push(row + match) { return false }
        return true
    }

    func finish() throws { try next.finish() }

    private func read() throws -> [[CellValue]: [[CellValue]]] {
        let collect = CollectStage(
            limits: QueryLimits(maximumRows: plan.maximumRows, maximumBytes: 1 << 30)
        )
        try plan.readRight(collect)
        var rows: [[CellValue]: [[CellValue]]] = [:]
        for row in collect.rows {
            if let key = Self.key(row, plan.keys.map(\.right)) { rows[key, default: []].append(row) }
        }
        right = rows
        return rows
    }

    private static func key(_ row: [CellValue], _ positions: [Int]) -> [CellValue]? {
        let key = positions.map { row[$0] }
        return key.contains(where: \.isNull) ? nil : key
    }
}
