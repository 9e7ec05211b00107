/// Writes the textual encoding of RFC 7468.
enum PEMText {
    /// Returns a block: lines of 64 characters between a first and a last one that say what it is.
    static func block(_ label: String, _ bytes: [UInt8]) -> String {
        let text = Base64.encode(bytes)
        var lines = ["-----BEGIN \(label)-----"]
        for start in stride(from: 0, to: text.count, by: 64) {
            lines.append(String(decoding: text[start..<min(start + 64, text.count)], as: UTF8.self))
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}
