/// Aggregates rows by key.
final class SummarizeStage: QueryStage {
    /// What is computed for each key.
    struct Aggregate {
        let function: String
        let argument: BoundExpression?
    }

    private struct Accumulator {
        var count: Int64 = 0
        var sum = 0.0
        var integerSum: Int64 = 0
        var extreme = CellValue.null
        /// 64-bit hashes instead of values, so that counting millions of different strings stays small.
        var hashes: Set<Int> = []
    }

    private let aggregates: [Aggregate]
    private let keys: [BoundExpression]
    private let maximumGroups: Int
    private let next: any QueryStage
    private var groups: [[CellValue]: [Accumulator]] = [:]
    private var order: [[CellValue]] = []

    /// Creates the stage; rows go on to `next`.
    init(_ aggregates: [Aggregate], by keys: [BoundExpression], maximumGroups: Int, next: any QueryStage) {
        (self.aggregates, self.keys, self.maximumGroups, self.next) = (aggregates, keys, maximumGroups, next)
        if keys.isEmpty {
            groups[[]] = aggregates.map { _ in Accumulator() }
            order = [[]]
        }
    }

    func push(_ row: [CellValue]) throws -> Bool {
        let key = keys.map { $0.value(row) }
        if groups[key] == nil {
            guard groups.count < maximumGroups else { throw QueryLimits.exceeded(maximumGroups) }
            groups[key] = aggregates.map { _ in Accumulator() }
            order.append(key)
        }
        for index in aggregates.indices { update(&groups[key, default: []][index], aggregates[index], row) }
        return true
    }

    func finish() throws {
        for key in order {
            let values = zip(aggregates, groups[key] ?? []).map { Self.result($0, $1) }
            if try !next.push(key + values) { break }
        }
        try next.finish()
    }

    private func update(_ accumulator: inout Accumulator, _ aggregate: Aggregate, _ row: [CellValue]) {
        guard let argument = aggregate.argument else {
            accumulator.count += 1
            return
        }
        let value = argument.value(row)
        switch aggregate.function {
        case "countif": accumulator.count += value == .bool(true) ? 1 : 0
        case "dcount":
            if !value.isNull { accumulator.hashes.insert(value.hashValue) }
        case "min", "max":
            let order = value.compared(to: accumulator.extreme) ?? 0
            let isBetter = accumulator.extreme.isNull || (aggregate.function == "min" ? order < 0 : order > 0)
            if !value.isNull, isBetter { accumulator.extreme = value }
        default:
            guard let number = value.number else { return }
            accumulator.count += 1
            accumulator.sum += number
            if case .integer(let whole) = value { accumulator.integerSum &+= whole }
        }
    }

    private static func result(_ aggregate: Aggregate, _ accumulator: Accumulator) -> CellValue {
        switch aggregate.function {
        case "dcount": .integer(Int64(accumulator.hashes.count))
        case "min", "max": accumulator.extreme
        case "sum" where aggregate.argument?.type == .real || aggregate.argument?.type == .dynamic:
            .real(accumulator.sum)
        case "sum": .integer(accumulator.integerSum)
        case "avg": accumulator.count == 0 ? .null : .real(accumulator.sum / Double(accumulator.count))
        default: .integer(accumulator.count)
        }
    }
}
