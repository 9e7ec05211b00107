internal import Text

/// What a property counts, which its name says.
enum NumberUnit: Sendable {
    case milliseconds, seconds, bytes, kibibytes, nothing

    /// The unit of the property called `name`.
    init(of name: String) {
        let sizes = [
            "buffer.memory", "batch.size", "max.request.size", "fetch.max.bytes", "segment.bytes",
        ]
        if name.hasSuffix(".ms") || name.hasSuffix("errors.retry.timeout") {
            self = .milliseconds
        } else if name.hasSuffix(".seconds") {
            self = .seconds
        } else if name.hasSuffix(".kbytes") {
            self = .kibibytes
        } else if name.hasSuffix(".bytes") || sizes.contains(where: name.hasSuffix) {
            self = .bytes
        } else {
            self = .nothing
        }
    }

    /// The unit in a sentence, such as `in milliseconds`; empty for a mere number.
    var words: String {
        switch self {
        case .milliseconds: "in milliseconds"
        case .seconds: "in seconds"
        case .bytes: "in bytes"
        case .kibibytes: "in KiB"
        case .nothing: ""
        }
    }
}

/// A number that somebody wrote as people write numbers, not as Java reads them: `10MB`, `30s`, `1_000_000`.
enum WrittenNumber {
    /// Says what to write instead, or `nil` when nobody can tell what is meant.
    static func advice(for text: String, unit: NumberUnit) -> String? {
        if let quote = text.first, text.count > 2, quote == text.last, quote == "\"" || quote == "'" {
            let inner = text.dropFirst().dropLast()
            return Int64(inner).map { "write \($0) without quotes, which are part of a value" }
        }
        if let match = text.wholeMatch(of: /(-?[0-9]+)\s+[#!;\/].*/) {
            return "write \(match.output.1) alone: a comment needs a line of its own"
        }
        guard let match = text.wholeMatch(of: /([0-9][0-9_,']*(?:\.[0-9]+)?(?:[eE][+]?[0-9]{1,2})?)\s*([A-Za-zµ]*)/)
        else {
            return nil
        }
        // A comma may be a decimal point, and a point may part thousands: only what has one meaning is taken.
        guard let digits = plainDigits(match.output.1, hasUnit: !match.output.2.isEmpty) else { return nil }
        guard let number = Double(digits), number < 1e15 else { return nil }
        let word = String(match.output.2)
        let shown = HarmlessText.shown(text)
        guard !word.isEmpty else {
            guard let whole = integer(number) else { return "write a whole number" }
            return "write \(whole)\(unit.words.isEmpty ? "" : ", \(unit.words),") for \(shown)"
        }
        switch unit {
        case .milliseconds, .seconds:
            guard let milliseconds = milliseconds(word) else { return nil }
            let value = integer(number * milliseconds / (unit == .seconds ? 1000 : 1))
            return value.map { "write \($0), \(unit.words), for \(shown)" }
        case .bytes, .kibibytes:
            guard let (binary, decimal) = bytes(word) else { return nil }
            let divisor: Double = unit == .kibibytes ? 1024 : 1
            let factor = unit == .kibibytes ? binary : decimal ?? binary
            guard let value = integer(number * factor / divisor) else { return nil }
            let start = "write \(value), \(unit.words), for \(shown)"
            guard unit == .bytes, decimal != nil, let other = integer(number * binary / divisor) else { return start }
            let prefix = word.prefix(1).uppercased()
            return "\(start), or \(other) for \(digits)\(prefix)iB"
        case .nothing:
            let factor = ["k": 1e3, "m": 1e6, "g": 1e9, "mio": 1e6, "million": 1e6, "thousand": 1e3][word.lowercased()]
            return factor.flatMap { integer(number * $0) }.map { "write \($0) for \(shown)" }
        }
    }

    /// The digits without what parts thousands, or `nil` when they may be read in two ways.
    private static func plainDigits(_ text: Substring, hasUnit: Bool) -> String? {
        if text.contains(where: { ",_'".contains($0) }) {
            guard text.wholeMatch(of: /[0-9]{1,3}(?:[,_'][0-9]{3})+(?:\.[0-9]+)?/) != nil else { return nil }
            return text.filter { !",_'".contains($0) }
        }
        if !hasUnit, text.wholeMatch(of: /[0-9]{1,3}(?:\.[0-9]{3})+/) != nil { return nil }
        return String(text)
    }

    private static func integer(_ number: Double) -> Int64? {
        let rounded = number.rounded()
        return abs(rounded - number) < 1e-6 ? Int64(exactly: rounded) : nil
    }

    private static func milliseconds(_ word: String) -> Double? {
        switch word.lowercased() {
        case "ms", "msec", "millis", "milliseconds": 1
        case "s", "sec", "secs", "second", "seconds": 1000
        case "m", "min", "mins", "minute", "minutes": 60_000
        case "h", "hr", "hour", "hours": 3_600_000
        case "d", "day", "days": 86_400_000
        default: nil
        }
    }

    /// What a unit of sizes is as a power of 1024, and as one of 1000 where it may be meant as that.
    private static func bytes(_ word: String) -> (binary: Double, decimal: Double?)? {
        let lower = word.lowercased()
        if ["b", "byte", "bytes"].contains(lower) { return (1, nil) }
        guard let power = lower.first.flatMap({ "kmgt".firstIndex(of: $0) }) else { return nil }
        let exponent = "kmgt".distance(from: "kmgt".startIndex, to: power) + 1
        let binary = (0..<exponent).reduce(1.0) { number, _ in number * 1024 }
        let decimal = (0..<exponent).reduce(1.0) { number, _ in number * 1000 }
        switch lower.dropFirst() {
        case "ib", "i": return (binary, nil)
        case "b", "": return (binary, decimal)
        default: return nil
        }
    }
}
