internal import Text

/// What a credential plugin writes to its error output, without what may be a secret.
enum PluginWords {
    private static let limit = 1000
    /// No word is as long as this; tokens, keys and certificates are longer.
    private static let longestWord = 32

    /// Returns the last part of the text, on one line.
    /// - Parameter secrets: Values that are taken out wherever they stand.
    static func shown(_ bytes: [UInt8], without secrets: [String]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        for secret in secrets where secret.utf8.count >= 4 { text = text.replacing(secret, with: "<redacted>") }
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmed }
        let words = lines.filter { !$0.isEmpty }.joined(separator: " | ").split(separator: " ").map(Self.word)
        var shown: [String] = []
        var isAfterName = false
        for word in words {
            shown.append(isAfterName ? "<redacted>" : word)
            // "token: abc", "Bearer abc"
            isAfterName = isName(word.lowercased())
        }
        return String(shown.joined(separator: " ").suffix(limit))
    }

    private static func isName(_ word: String) -> Bool {
        if word == "bearer" || word == "basic" { return true }
        guard let last = word.last, last == ":" || last == "=" else { return false }
        return ["token", "password", "secret", "key", "authorization"].contains { word.dropLast().hasSuffix($0) }
    }

    private static func word(_ text: Substring) -> String {
        // "token=abc", "password:abc"
        if let sign = text.firstIndex(where: { $0 == "=" || $0 == ":" }), text.index(after: sign) < text.endIndex,
            isName(text[...sign].lowercased())
        {
            return "\(text[...sign])<redacted>"
        }
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            let isPart =
                (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte >= 0x30 && byte <= 0x39
                || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+")].contains(byte)
            run = isPart ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest > longestWord ? "<redacted>" : String(text)
    }
}
