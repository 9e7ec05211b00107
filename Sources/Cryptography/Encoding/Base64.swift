/// Base64 of RFC 4648.
package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Returns text in the standard alphabet, padded.
    static func encode(_ bytes: [UInt8]) -> [UInt8] { encode(bytes, standard, isPadded: true) }

    /// Returns text in the alphabet for URLs, without padding (RFC 7515, section 2).
    static func encodeForURL(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes, url, isPadded: false), as: UTF8.self)
    }

    /// Returns the bytes of text in the standard alphabet, or `nil` when it is none.
    ///
    /// Padding may be missing, and what is behind the last whole byte is not looked at.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? { decode(text, standard) }

    /// Returns the bytes of text in the alphabet for URLs, or `nil` when it is none.
    package static func decodeForURL(_ text: some Collection<UInt8>) -> [UInt8]? { decode(text, url) }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], isPadded: Bool) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for digit in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * digit) & 63)]) }
            if isPadded { for _ in group.count..<3 { text.append(UInt8(ascii: "=")) } }
        }
        return text
    }

    private static func decode(_ text: some Collection<UInt8>, _ alphabet: [UInt8]) -> [UInt8]? {
        var digits = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { digits[Int(character)] = UInt8(value) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var (bits, count, padding) = (UInt32(0), 0, 0)
        for character in text {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let digit = digits[Int(character)]
            guard digit != 255, padding == 0 else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 1
            if count % 4 == 0 { bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)] }
        }
        switch count % 4 {
        case 1: return nil
        case 2: bytes.append(UInt8(bits >> 4 & 255))
        case 3: bytes += [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)]
        default: break
        }
        return padding <= 2 ? bytes : nil
    }
}
