extension CellValue {
    /// Whether the value is smaller (-1), the same (0) or larger (1); `nil` for null and for kinds that do not compare.
    func compared(to other: CellValue) -> Int? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): Self.order(left, right)
        case (.datetime(let left), .datetime(let right)): Self.order(left, right)
        case (.timespan(let left), .timespan(let right)): Self.order(left, right)
        case (.string(let left), .string(let right)): Self.order(left, right)
        case (.guid(let left), .guid(let right)): Self.order(left, right)
        case (.bool(let left), .bool(let right)): Self.order(left ? 1 : 0, right ? 1 : 0)
        case (.dynamic, .dynamic), (.dynamic, .string), (.string, .dynamic): Self.order(text, other.text)
        default:
            if let left = number, let right = other.number { Self.order(left, right) } else { nil }
        }
    }

    /// The value as a double, for kinds that are numbers.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .decimal(let digits): Double(digits)
        case .bool(let value): value ? 1 : 0
        case .dynamic(let text): Double(text)
        default: nil
        }
    }

    private static func order<T: Comparable>(_ left: T, _ right: T) -> Int {
        if left < right { return -1 }
        return left == right ? 0 : 1
    }
}
