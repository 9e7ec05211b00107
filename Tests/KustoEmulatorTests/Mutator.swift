/// Damages texts in ways that find what their readers take for granted; one seed, one sequence.
struct Mutator: RandomNumberGenerator {
    private static let extremes = [
        "9223372036854775807", "-9223372036854775808", "18446744073709551616", "99999999999999999999999", "-1", "0",
        "1e400", "-1e400", "NaN", "null", "99999999.23:59:59.9999999", "9999-12-31T23:59:59.9999999Z", "0000-00-00",
        "", "%", "%00", "%ff%fe", "\u{0}", "\u{FEFF}", "\u{1F600}", "'", "\"", "\\", "(((((((((", "[[[[[[[[", "{{{{{",
        "..", "|", ";", "!", "~", "$", "@'", "h'", "```", "\r\n", "bytes=0-9223372036854775807", "in~", "-", "--",
    ]

    private var state: UInt64

    /// Starts the sequence of a seed.
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A text with one to four damages; `others` give parts to mix in.
    mutating func damage(_ text: String, _ others: [String]) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &self) { damage(&bytes, others) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func damage(_ bytes: inout [UInt8], _ others: [String]) {
        let start = Int.random(in: 0...bytes.count, using: &self)
        let end = min(bytes.count, start + Int.random(in: 0...8, using: &self))
        switch Int.random(in: 0..<6, using: &self) {
        case 0: bytes.removeSubrange(start..<end)
        case 1 where start < bytes.count: bytes[start] = UInt8.random(in: 0...255, using: &self)
        case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
        case 3:
            let extreme = Self.extremes.randomElement(using: &self) ?? ""
            bytes.replaceSubrange(start..<end, with: Array(extreme.utf8))
        case 4: replaceNumber(&bytes)
        default:
            let other = Array((others.randomElement(using: &self) ?? "").utf8)
            let from = Int.random(in: 0...other.count, using: &self)
            let part = other[from..<min(other.count, from + Int.random(in: 0...24, using: &self))]
            bytes.insert(contentsOf: part, at: start)
        }
    }

    private mutating func replaceNumber(_ bytes: inout [UInt8]) {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let starts = bytes.indices.filter { isDigit(bytes[$0]) && ($0 == 0 || !isDigit(bytes[$0 - 1])) }
        guard let start = starts.randomElement(using: &self) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let extreme = Self.extremes[Int.random(in: 0..<8, using: &self)]
        bytes.replaceSubrange(start..<end, with: Array(extreme.utf8))
    }
}
