/// What values a property takes.
package enum PropertyKind: Sendable, Hashable {
    /// Any text.
    case string
    /// Texts separated by commas.
    case list
    /// `true` or `false`, in any case.
    case boolean
    /// A whole number of 32 bits.
    case int(ClosedRange<Int64>)
    /// A whole number of 64 bits.
    case long(ClosedRange<Int64>)
    /// One of some words, in any case.
    case enumeration([String])
    /// Text that nobody may see.
    case password
    /// A Java class, which stands for what we do in its place.
    case javaClass
    /// A JSON document.
    case json

    /// The type's name, as in Kafka's documentation.
    package var name: String {
        switch self {
        case .string: "string"
        case .list: "list"
        case .boolean: "boolean"
        case .int: "int"
        case .long: "long"
        case .enumeration: "string"
        case .password: "password"
        case .javaClass: "class"
        case .json: "json"
        }
    }

    /// The values allowed in words; empty when every value of the type is.
    package var allowed: String {
        switch self {
        case .int(let range): Self.words(for: range, maximum: Int64(Int32.max))
        case .long(let range): Self.words(for: range, maximum: .max)
        case .enumeration(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .boolean: "`true`, `false`"
        default: ""
        }
    }

    private static func words(for range: ClosedRange<Int64>, maximum: Int64) -> String {
        range.upperBound == maximum ? "≥ \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}
