internal import FoundationEssentials

/// The arithmetic of KQL; what has no result, or one that its type cannot hold, is null.
///
/// Kusto, "Numerical operators": an operand of type real makes the result real, two integers make a long, the modulo is
/// never negative. Kusto, "Datetime / timespan arithmetic": moments and time spans.
enum Arithmetic {
    /// The type of a result; `nil` when the operator does not take these types.
    static func type(_ operation: String, _ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        switch (left, operation, right) {
        case (.datetime, "-", .datetime), (.timespan, "+", .timespan), (.timespan, "-", .timespan): .timespan
        case (.datetime, "+", .timespan), (.datetime, "-", .timespan), (.timespan, "+", .datetime): .datetime
        case (.timespan, "/", .timespan): .real
        case (.timespan, "%", .timespan): .timespan
        case (.timespan, "*", _) where isNumber(right), (.timespan, "/", _) where isNumber(right): .timespan
        case (_, "*", .timespan) where isNumber(left): .timespan
        case _ where !isNumber(left) || !isNumber(right): nil
        case (.real, _, _), (_, _, .real): .real
        case (.decimal, _, _), (_, _, .decimal): .decimal
        default: .long
        }
    }

    /// Computes one operation on values of types that ``type(_:_:_:)`` takes.
    static func compute(_ operation: String, _ left: CellValue, _ right: CellValue) -> CellValue {
        switch (left, right) {
        case (.integer(let left), .integer(let right)):
            integer(operation, left, right).map { .integer($0) } ?? .null
        case (.datetime(let left), .datetime(let right)): span(left.subtractingReportingOverflow(right))
        case (.datetime(let left), .timespan(let right)):
            moment(operation == "+" ? left.addingReportingOverflow(right) : left.subtractingReportingOverflow(right))
        case (.timespan(let left), .datetime(let right)): moment(left.addingReportingOverflow(right))
        case (.timespan(let left), .timespan(let right)) where operation == "/": .real(Double(left) / Double(right))
        case (.timespan(let left), .timespan(let right)):
            integer(operation, left, right).map { .timespan($0) } ?? .null
        case (.timespan(let ticks), _): scaled(ticks, operation, right)
        case (_, .timespan(let ticks)): scaled(ticks, operation, left)
        case (.real, _), (_, .real):
            if let left = left.number, let right = right.number { .real(real(operation, left, right)) } else { .null }
        default: decimal(operation, left, right)
        }
    }

    /// The value with the other sign; `nil` for what has none.
    static func negate(_ value: CellValue) -> CellValue? {
        switch value {
        case .integer(let number): integer("-", 0, number).map { .integer($0) } ?? .null
        case .timespan(let ticks): integer("-", 0, ticks).map { .timespan($0) } ?? .null
        case .real(let number): .real(-number)
        case .decimal: decimal("-", .integer(0), value)
        case .null: .null
        default: nil
        }
    }

    /// The largest multiple of `size` that is not above `value` (Kusto, "bin()"); null when the size is not above zero.
    static func bin(_ value: CellValue, _ size: CellValue) -> CellValue {
        switch (value, size) {
        case (.integer(let value), .integer(let size)): floor(value, size).map { .integer($0) } ?? .null
        case (.timespan(let value), .timespan(let size)): floor(value, size).map { .timespan($0) } ?? .null
        case (.datetime(let value), .timespan(let size)): floor(value, size).map { .datetime($0) } ?? .null
        default:
            if let value = value.number, let size = size.number, size > 0 {
                .real((value / size).rounded(.down) * size)
            } else {
                .null
            }
        }
    }

    private static func isNumber(_ type: ColumnType) -> Bool { [.int, .long, .real, .decimal].contains(type) }

    private static func integer(_ operation: String, _ left: Int64, _ right: Int64) -> Int64? {
        let (result, isWrong) =
            switch operation {
            case "+": left.addingReportingOverflow(right)
            case "-": left.subtractingReportingOverflow(right)
            case "*": left.multipliedReportingOverflow(by: right)
            case "/": left.dividedReportingOverflow(by: right)
            default: left.remainderReportingOverflow(dividingBy: right)
            }
        guard !isWrong else { return nil }
        guard operation == "%", result < 0 else { return result }
        let (positive, overflow) = result.addingReportingOverflow(right < 0 ? 0 : right)
        guard right < 0 else { return overflow ? nil : positive }
        let (other, isOver) = result.subtractingReportingOverflow(right)
        return isOver ? nil : other
    }

    private static func real(_ operation: String, _ left: Double, _ right: Double) -> Double {
        switch operation {
        case "+": return left + right
        case "-": return left - right
        case "*": return left * right
        case "/": return left / right
        default:
            let rest = left.truncatingRemainder(dividingBy: right)
            return rest < 0 ? rest + right.magnitude : rest
        }
    }

    private static func decimal(_ operation: String, _ left: CellValue, _ right: CellValue) -> CellValue {
        guard let left = Decimal(string: left.text), let right = Decimal(string: right.text) else { return .null }
        let result: Decimal
        switch operation {
        case "+": result = left + right
        case "-": result = left - right
        case "*": result = left * right
        case "/" where right != 0: result = left / right
        default: return .null
        }
        return result.isNaN ? .null : .decimal("\(result)")
    }

    private static func scaled(_ ticks: Int64, _ operation: String, _ factor: CellValue) -> CellValue {
        if case .integer(let factor) = factor {
            return integer(operation, ticks, factor).map { .timespan($0) } ?? .null
        }
        guard let factor = factor.number else { return .null }
        let product = operation == "*" ? Double(ticks) * factor : Double(ticks) / factor
        return Int64(exactly: product.rounded()).map { .timespan($0) } ?? .null
    }

    private static func floor(_ value: Int64, _ size: Int64) -> Int64? {
        guard size > 0, let rest = integer("%", value, size) else { return nil }
        let (result, overflow) = value.subtractingReportingOverflow(rest)
        return overflow ? nil : result
    }

    private static func span(_ result: (partialValue: Int64, overflow: Bool)) -> CellValue {
        result.overflow ? .null : .timespan(result.partialValue)
    }

    private static func moment(_ result: (partialValue: Int64, overflow: Bool)) -> CellValue {
        !result.overflow && (0...DateTimeText.maximum).contains(result.partialValue)
            ? .datetime(result.partialValue) : .null
    }
}
