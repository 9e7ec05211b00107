internal import Cryptography

/// A digest short enough for names and annotations.
enum ShortDigest {
    /// The first 16 hexadecimal digits of the SHA-256 of a text: 64 bits, which tells versions of one sink apart.
    static func of(_ text: String) -> String { String(SHA256.hexadecimal(Array(text.utf8)).prefix(16)) }
}
