/// Standard base64 of well-formed text, without a library.
enum Base64 {
    private static let values: [UInt8: UInt32] = {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        return Dictionary(uniqueKeysWithValues: alphabet.utf8.enumerated().map { ($1, UInt32($0)) })
    }()

    /// Returns the bytes; what is not of the alphabet is skipped.
    static func decode(_ text: String) -> [UInt8] {
        var (bytes, group, bits) = ([UInt8](), UInt32(0), 0)
        for digit in text.utf8 {
            guard let value = values[digit] else { continue }
            (group, bits) = (group << 6 | value, bits + 6)
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> bits))
        }
        return bytes
    }
}
