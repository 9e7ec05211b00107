internal import Secrets

/// How keys in JKS are encrypted, which nothing but Java's source (`sun.security.provider.KeyProtector`) describes.
///
/// The bytes are a salt of 20, the key, and a check of 20. The key is combined with a stream by exclusive or: the SHA-1 of
/// password and salt, then again and again the SHA-1 of password and the 20 bytes before. The check is the SHA-1 of password
/// and key.
enum JKSKeyProtector {
    /// The identifier of the algorithm, one of Sun Microsystems.
    static let identifier = "1.3.6.1.4.1.42.2.17.1.1"

    /// Returns a key in PKCS #8, or `nil` when the password is wrong or the bytes are damaged.
    static func decrypt(_ bytes: [UInt8], _ password: Secret) -> [UInt8]? {
        guard bytes.count > 2 * SHA1.count else { return nil }
        let password = password.utf16BigEndian
        var key = Array(bytes.dropFirst(SHA1.count).dropLast(SHA1.count))
        var block = Array(bytes.prefix(SHA1.count))
        for start in stride(from: 0, to: key.count, by: SHA1.count) {
            block = SHA1.digest(password + block)
            for index in start..<min(start + SHA1.count, key.count) { key[index] ^= block[index - start] }
        }
        return SHA1.digest(password + key).elementsEqual(bytes.suffix(SHA1.count)) ? key : nil
    }
}
