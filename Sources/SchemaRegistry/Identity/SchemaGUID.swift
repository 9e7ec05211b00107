/// The globally unique identifier that newer registries give every schema; the same in all contexts and registries.
///
/// On the wire it is sixteen bytes, the most significant first (wire format V1).
package struct SchemaGUID: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes.
    package let high: UInt64
    /// The last eight bytes.
    package let low: UInt64

    /// Creates an identifier of its two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the form `8-4-4-4-12` of hexadecimal digits (RFC 9562, 4); `nil` for any other text.
    package init?(_ text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], groups.allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) }),
            let high = UInt64(groups[0] + groups[1] + groups[2], radix: 16),
            let low = UInt64(groups[3] + groups[4], radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The form `8-4-4-4-12` of hexadecimal digits, as registries write it.
    package var description: String {
        let digits = Self.digits(high) + Self.digits(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    private static func digits(_ half: UInt64) -> String {
        let text = String(half, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
