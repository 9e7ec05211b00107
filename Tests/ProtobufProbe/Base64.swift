/// Standard base64 of well-formed text, without a library.
enum Base64 {
    /// The value of each byte that is a digit, and 64 for all others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, digit) in alphabet.utf8.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Returns the bytes; what is not of the alphabet is skipped.
    static func decode(_ text: String) -> [UInt8] {
        var (bytes, group, bits) = ([UInt8](), UInt32(0), 0)
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        for digit in text.utf8 {
            let value = values[Int(digit)]
            guard value < 64 else { continue }
            (group, bits) = (group << 6 | UInt32(value), bits + 6)
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> bits))
        }
        return bytes
    }
}
