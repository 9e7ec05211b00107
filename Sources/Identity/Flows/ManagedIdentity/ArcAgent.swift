internal import HTTP
internal import Secrets
internal import Text

/// Asks the agent of Azure Arc for a token ("Azure Connected Machine agent").
///
/// The agent names a file that only privileged users can read; its content shows that this process is one of them.
struct ArcAgent: Sendable {
    /// Where the agent writes these files.
    static let keyFolder = "/var/opt/azcmagent/tokens"
    /// The most bytes of such a file.
    private static let maximumKeyBytes = 4096

    private let request: MachineRequest
    private let folder: String
    private let wire: TokenWire

    /// - Throws: ``IdentityError`` when the endpoint is no URL of this machine: the key must not leave it.
    init(endpoint: String, resource: String, keyFolder: String, _ wire: TokenWire) throws(IdentityError) {
        request = try MachineRequest(
            endpoint: endpoint,
            of: "IDENTITY_ENDPOINT",
            parameters: [("api-version", "2020-06-01"), ("resource", resource)],
            headers: [("Metadata", "true", nil)]
        )
        guard LoginEndpoint.isSafe(endpoint) else {
            throw IdentityError(
                .untrustedEndpoint,
                "managed identity: IDENTITY_ENDPOINT is not the agent of Azure Arc on this machine, and has no TLS; no "
                    + "credential is sent there",
                needsChange: true
            )
        }
        folder = keyFolder
        self.wire = wire
    }

    /// Asks twice: for the file, and with its content.
    func token() async throws(IdentityError) -> AccessToken {
        let challenge = try await wire.send(request.request)
        guard challenge.status == 401 else {
            return try TokenRequest.read(challenge, url: request.url, isMachine: true, nil, wire)
        }
        let key = try key(in: Self.realm(challenge.header("www-authenticate")))
        return try await request.adding(HTTPHeader("Authorization", "Basic \(key.reveal())")).token(wire)
    }

    /// The file in `Basic realm=/var/opt/azcmagent/tokens/….key`, with or without quotes.
    static func realm(_ header: String?) -> String? {
        guard let parts = header?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "basic"
        else { return nil }
        let pair = parts[1].split(separator: "=", maxSplits: 1)
        guard pair.count == 2, pair[0].trimmed.lowercased() == "realm" else { return nil }
        let value = pair[1].trimmed
        guard value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
        return String(value.dropFirst().dropLast())
    }

    /// Reads the key, from a file of the agent's and no other: its content goes to whoever named it.
    private func key(in path: String?) throws(IdentityError) -> Secret {
        let place = "token from \(HTTPError.withoutQuery(request.url))"
        guard let path, path.hasPrefix(folder + "/"), path.hasSuffix(".key"),
            !path.dropFirst(folder.count + 1).contains("/"), path.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw IdentityError(
                .untrustedEndpoint,
                "\(place): Azure Arc's agent names no key file in \(folder); no file is read, check IDENTITY_ENDPOINT"
            )
        }
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(path, limit: Self.maximumKeyBytes, within: .below([folder]))
        } catch {
            let reason =
                switch error {
                case .unreadable(let file): "\(file.reason); add the process's user to the group himds"
                case .tooLarge: "has more than \(Self.maximumKeyBytes) bytes, so it is no key"
                case .outside: "leads out of \(folder)"
                }
            throw IdentityError(.invalidConfiguration, "\(place): the key file \(path) \(reason)")
        }
        let key = String(decoding: bytes, as: UTF8.self).trimmed
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw IdentityError(.invalidConfiguration, "\(place): the key file \(path) holds no key")
        }
        return Secret(key)
    }
}
