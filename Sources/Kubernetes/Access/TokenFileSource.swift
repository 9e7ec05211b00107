internal import Secrets

/// A token in a file that somebody renews, such as the kubelet.
struct TokenFileSource: CredentialSource {
    /// How old what was read may be: the kubelet renews a token long before it ends, and writes it within a minute.
    static let age = Duration.seconds(50)

    let path: String
    var isSlow: Bool { false }

    func fetch() throws(APIError) -> FetchedCredential {
        let token = try Self.read(path)
        return FetchedCredential(
            credential: Credential(authorization: Secret("Bearer \(token.reveal())")),
            freshFor: Self.age
        )
    }

    /// Reads a token.
    /// - Throws: ``APIError`` with `configuration` when the file cannot be read or is empty.
    static func read(_ path: String) throws(APIError) -> Secret {
        let token = try BoundedText.read(path, what: "the token file")
        guard !token.isEmpty else {
            throw APIError(.configuration, "the token file, \(path), is empty; expected a token")
        }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw APIError(.configuration, "the token file, \(path), holds more than a token")
        }
        return Secret(token)
    }
}
