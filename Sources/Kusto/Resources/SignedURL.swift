internal import FoundationEssentials
internal import Text

/// A URL of storage with the signature that opens it, kept verbatim: decoding and encoding would break the signature.
package struct SignedURL: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host and path, without a slash at the end.
    package let base: String
    /// The query without its question mark: a secret.
    let signature: String
    /// The storage account's endpoint, whose health is its own: the host, and on this machine the first directory too.
    ///
    /// An account has a host for blobs and another one for queues; one may be silent while the other works.
    let account: String
    /// Until when the signature is good for what it is needed for; `nil` when it does not say.
    let usableUntil: Date?

    /// Reads a URL; `nil` when it has no query or is not one of HTTP.
    /// - Parameters:
    ///   - text: The URL.
    ///   - issued: When the signature came.
    ///   - need: How much life it must have left whenever it is used; see ``SignatureLife``.
    init?(_ text: String, issued: Date = .distantPast, need: TimeInterval = 0) {
        guard let mark = text.firstIndex(of: "?"), text.hasPrefix("https://") || Loopback.contains(hostOf: text) else {
            return nil
        }
        var base = text[..<mark]
        while base.hasSuffix("/") { base.removeLast() }
        let signature = String(text[text.index(after: mark)...])
        self.init(
            base: String(base),
            signature: signature,
            usableUntil: SignatureTime.end(in: signature).map {
                SignatureLife.end(
                    expiry: $0,
                    start: SignatureTime.start(in: signature),
                    issued: issued,
                    need: need
                )
            }
        )
    }

    init(base: String, signature: String, usableUntil: Date? = nil) {
        self.init(base: base, signature: signature, account: Self.account(of: base), usableUntil: usableUntil)
    }

    private init(base: String, signature: String, account: String, usableUntil: Date?) {
        self.base = base
        self.signature = signature
        self.account = account
        self.usableUntil = usableUntil
    }

    /// Whether the signature is still good for what it is needed for.
    func isUsable(at date: Date) -> Bool { usableUntil.map { date < $0 } ?? true }

    /// The URL of something inside, which the same signature opens.
    func appending(_ path: String) -> SignedURL {
        SignedURL(base: "\(base)/\(path)", signature: signature, account: account, usableUntil: usableUntil)
    }

    private static func account(of base: String) -> String {
        let parts = base.split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return base }
        if Loopback.contains(hostOf: base), parts.count > 3 { return "\(parts[2])/\(parts[3])" }
        return String(parts[2])
    }

    /// The whole URL, to be put into requests and messages only.
    func revealed() -> String { "\(base)?\(signature)" }

    /// The URL of something inside, with more parameters in front of the signature.
    func revealed(appending path: String, _ parameters: String = "") -> String {
        "\(base)/\(path)?\(parameters.isEmpty ? "" : parameters + "&")\(signature)"
    }

    /// The URL with something right after its path, and with more parameters in front of the signature.
    func revealed(suffix: String, _ parameters: String = "") -> String {
        "\(base)\(suffix)?\(parameters.isEmpty ? "" : parameters + "&")\(signature)"
    }

    /// The URL without its signature.
    package var description: String { base }
}
