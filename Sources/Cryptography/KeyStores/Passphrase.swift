internal import Secrets

/// The bytes of which a key is derived.
///
/// None at all is another password than an empty one in PKCS #12.
struct Passphrase {
    /// UTF-8, or `nil` for none at all.
    let bytes: [UInt8]?

    /// Takes a password's text.
    init(_ password: Secret) { bytes = Array(password.reveal().utf8) }

    private init(bytes: [UInt8]?) { self.bytes = bytes }

    /// What is meant by a password that is missing or empty, which programs write in both ways.
    static let empty = [Passphrase(bytes: nil), Passphrase(bytes: [])]

    /// What a store may have been protected with, when it was with this password.
    static func candidates(_ password: Secret?) -> [Passphrase] {
        guard let password, !password.isEmpty else { return empty }
        return [Passphrase(password)]
    }

    /// Calls `body` with the characters and their number, which are `nil` and 0 for none at all.
    func withCharacters<Result, Failure>(
        _ body: (UnsafePointer<CChar>?, Int32) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let bytes else { return try body(nil, 0) }
        // An empty array may have no address, which would be none at all.
        let characters = bytes.map { CChar(bitPattern: $0) } + [0]
        return try unsafe characters.withUnsafeBufferPointer { (buffer) throws(Failure) in
            try unsafe body(buffer.baseAddress, Int32(bytes.count))
        }
    }
}
