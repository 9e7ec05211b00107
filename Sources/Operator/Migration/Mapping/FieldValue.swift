internal import JSON
internal import Text

/// What a property's text is as the value of a field, by the field's row of the resource's table.
struct FieldValue: Hashable {
    /// The value that the field can hold.
    let json: JSONValue
    /// Whether the text says more than the field can hold, so that the value is the most.
    var isMost = false
    /// Whether the text says less than the field can hold, so that the value is the least.
    var isLeast = false

    /// Why a text is no value of the field.
    struct Refusal: Error, Hashable {
        /// A sentence without a final dot.
        let reason: String
    }

    /// Reads a text: of amounts and times beyond the field's limits the limit is taken, since the default would be
    /// farther off; other limits are checked later, with the whole.
    init(_ text: String, for field: SchemaField) throws(Refusal) {
        switch field.shape {
        case .integer(let least, let most) where field.name != "port":
            guard let number = Int64(text) else { throw Refusal(reason: "it must be a whole number") }
            isMost = most.map { number > $0 } ?? false
            isLeast = least.map { number < $0 } ?? false
            json = .integer(isMost ? most ?? number : isLeast ? least ?? number : number)
        case .duration:
            guard let number = Int64(text), number >= 0 else {
                throw Refusal(reason: "it must be a whole number of milliseconds, not below 0")
            }
            let (time, limits) = (Duration.milliseconds(number), field.times)
            isMost = limits.map { time > $0.upperBound } ?? false
            isLeast = limits.map { time < $0.lowerBound } ?? false
            json = .string((limits.map { min(max(time, $0.lowerBound), $0.upperBound) } ?? time).resourceText)
        default: json = try Self.value(of: text, for: field)
        }
    }

    private static func value(of text: String, for field: SchemaField) throws(Refusal) -> JSONValue {
        switch field.shape {
        case .boolean:
            switch text.lowercased() {
            case "true": return true
            case "false": return false
            default: throw Refusal(reason: "it must be true or false")
            }
        case .integer:
            guard let number = Int64(text) else { throw Refusal(reason: "it must be a whole number") }
            return .integer(number)
        case .text(let limits) where !limits.values.isEmpty:
            guard let word = limits.values.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw Refusal(reason: "a KustoSink takes one of \(limits.values.joined(separator: ", "))")
            }
            return .string(word)
        case .list:
            return .array(list(text).map { .string($0) })
        default: return .string(text)
        }
    }

    /// The parts of a list of Kafka's, without blanks, empty ones and repetitions.
    static func list(_ text: String) -> [String] {
        var known: Set<String> = []
        return text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty && known.insert($0).inserted }
    }
}

extension SchemaField {
    /// Whether the field takes a key of a Secret.
    var takesSecret: Bool { fields.contains { $0.name == "secretKeyRef" } }
    /// Whether the field takes a value or a key of a Secret.
    var takesValueOrSecret: Bool { takesSecret && fields.contains { $0.name == "value" } }
}
