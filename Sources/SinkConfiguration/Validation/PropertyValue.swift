internal import Secrets
internal import Text

/// A property's value in its type.
enum PropertyValue: Sendable, Equatable {
    case text(String)
    case list([String])
    case boolean(Bool)
    case number(Int64)
    case secret(Secret)

    /// Why a value is not of its type, in Kafka's words.
    struct Mismatch: Error {
        let reason: String
    }

    /// Reads `text` as a value of `kind`.
    static func parse(_ text: String, as kind: PropertyKind) throws(Mismatch) -> PropertyValue {
        switch kind {
        case .string, .javaClass, .json: return .text(text)
        case .password: return .secret(Secret(text))
        case .list: return .list(list(text))
        case .boolean:
            switch text.lowercased() {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default: throw Mismatch(reason: "Expected value to be either true or false")
            }
        case .int(let range): return .number(try number(text, "INT", Int64(Int32.min)...Int64(Int32.max), range))
        case .long(let range): return .number(try number(text, "LONG", .min ... .max, range))
        case .enumeration(let words):
            guard let word = words.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw Mismatch(reason: "String must be one of: \(words.joined(separator: ", "))")
            }
            return .text(word)
        }
    }

    /// The parts of a list, without blanks, empty ones and duplicates.
    static func list(_ text: String) -> [String] {
        var known: Set<String> = []
        return text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty && known.insert($0).inserted }
    }

    private static func number(
        _ text: String,
        _ type: String,
        _ representable: ClosedRange<Int64>,
        _ range: ClosedRange<Int64>
    ) throws(Mismatch) -> Int64 {
        guard let number = Int64(text), representable.contains(number) else {
            throw Mismatch(reason: "Not a number of type \(type)")
        }
        guard number >= range.lowerBound else { throw Mismatch(reason: "Value must be at least \(range.lowerBound)") }
        guard number <= range.upperBound else {
            throw Mismatch(reason: "Value must be no more than \(range.upperBound)")
        }
        return number
    }
}
