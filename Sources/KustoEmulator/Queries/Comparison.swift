/// A comparison of two values.
///
/// Kusto, "null values": two nulls are neither equal nor unequal, which is null; a null differs from a value; null is
/// neither less nor more.
enum Comparison: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Compares two values.
    func compare(_ left: CellValue, _ right: CellValue) -> CellValue {
        if left.isNull || right.isNull {
            guard left.isNull != right.isNull else { return .null }
            return switch self {
            case .equal: .bool(false)
            case .notEqual: .bool(true)
            default: .null
            }
        }
        // Kinds that do not compare, such as a dynamic object and a number, differ.
        guard let order = left.compared(to: right) else { return .bool(self == .notEqual) }
        return switch self {
        case .equal: .bool(order == 0)
        case .notEqual: .bool(order != 0)
        case .less: .bool(order < 0)
        case .lessOrEqual: .bool(order <= 0)
        case .greater: .bool(order > 0)
        case .greaterOrEqual: .bool(order >= 0)
        }
    }

    /// Refuses types that do not compare.
    /// - Throws: ``EmulatorError`` with `semantic`.
    static func check(_ left: ColumnType, _ right: ColumnType) throws(EmulatorError) {
        let numbers: Set<ColumnType> = [.int, .long, .real, .decimal]
        let fits =
            left == right || left == .dynamic || right == .dynamic
            || (numbers.contains(left) && numbers.contains(right))
        guard fits else {
            throw EmulatorError(
                .semantic,
                "Semantic error: SEM0064: Cannot compare values of types \(left.rawValue) and \(right.rawValue). "
                    + "Try adding explicit casts"
            )
        }
    }
}
