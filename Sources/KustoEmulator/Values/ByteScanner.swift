/// Reads the small fixed grammars of dates and time spans byte by byte.
struct ByteScanner {
    private let bytes: [UInt8]
    private var position = 0

    /// Starts at the beginning of `text`.
    init(_ text: String) { bytes = Array(text.utf8) }

    /// Whether nothing is left.
    var isAtEnd: Bool { position == bytes.count }

    /// Whether the next byte is an ASCII letter.
    var peekIsLetter: Bool { !isAtEnd && Self.isLetter(bytes[position]) }

    /// Passes over spaces and tabs.
    mutating func skipBlanks() {
        while !isAtEnd, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    }

    /// Passes over ASCII letters.
    mutating func skipLetters() {
        while peekIsLetter { position += 1 }
    }

    /// Takes the ASCII letters that come next.
    mutating func letters() -> String {
        let start = position
        skipLetters()
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Passes over one byte if it is the one given.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard !isAtEnd, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Takes one byte if it is among the characters given.
    mutating func any(of characters: StaticString) -> UInt8? {
        guard !isAtEnd, "\(characters)".utf8.contains(bytes[position]) else { return nil }
        position += 1
        return bytes[position - 1]
    }

    /// Takes as many digits as the range allows, at least its lower bound.
    mutating func digits(_ count: ClosedRange<Int>) -> Int64? {
        let start = position
        var value: Int64 = 0
        while !isAtEnd, position - start < count.upperBound, let digit = Self.digit(bytes[position]) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
            position += 1
        }
        return position - start >= count.lowerBound ? value : nil
    }

    /// Takes a decimal fraction as 100 ns ticks; digits after the seventh are dropped.
    mutating func fraction() -> Int64? {
        let start = position
        var value: Int64 = 0
        while !isAtEnd, let digit = Self.digit(bytes[position]) {
            if position - start < 7 { value = value * 10 + digit }
            position += 1
        }
        let count = position - start
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 7 - count) { value *= 10 }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        (0x30...0x39).contains(byte) ? Int64(byte - 0x30) : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
