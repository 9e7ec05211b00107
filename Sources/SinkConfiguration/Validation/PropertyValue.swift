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
    /// - Parameter unit: What a number counts, for the advice.
    static func parse(
        _ text: String,
        as kind: PropertyKind,
        unit: NumberUnit = .nothing
    ) throws(Mismatch) -> PropertyValue {
        switch kind {
        case .string, .javaClass, .json: return .text(text)
        case .password: return .secret(Secret(text))
        case .list: return .list(list(text))
        case .boolean:
            switch text.lowercased() {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default:
                let advice = MeantWord.boolean(text).map { "; write \($0) for \(text)" } ?? ""
                throw Mismatch(reason: "Expected value to be either true or false\(advice)")
            }
        case .int(let range):
            return .number(try number(text, "INT", Int64(Int32.min)...Int64(Int32.max), range, unit))
        case .long(let range): return .number(try number(text, "LONG", .min ... .max, range, unit))
        case .enumeration(let words):
            guard let word = words.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw Mismatch(reason: reason(text, words))
            }
            return .text(word)
        }
    }

    /// Why a text is none of some words.
    static func reason(_ text: String, _ words: [String]) -> String {
        "String must be one of: \(words.joined(separator: ", "))\(MeantWord.advice(for: text, among: words))"
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
        _ range: ClosedRange<Int64>,
        _ unit: NumberUnit
    ) throws(Mismatch) -> Int64 {
        guard let number = Int64(text) else {
            let advice = WrittenNumber.advice(for: text, unit: unit).map { "; \($0)" } ?? ""
            throw Mismatch(reason: "Not a number of type \(type)\(advice)")
        }
        guard range.contains(number) else {
            let words =
                range.upperBound == representable.upperBound && number < range.lowerBound
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw Mismatch(reason: "Value must be \(words)\(unit.words.isEmpty ? "" : ", \(unit.words)")")
        }
        return number
    }
}
