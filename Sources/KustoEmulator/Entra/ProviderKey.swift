internal import Cryptography
internal import Secrets
internal import Synchronization

/// The key of the identity provider, which is made when it is first needed: that takes longer than starting all else.
final class ProviderKey: Sendable {
    private let clock: WallClock
    private let made = Mutex<CertifiedKey?>(nil)

    /// Creates a key that is not made yet.
    init(clock: WallClock) { self.clock = clock }

    /// The key and its certificate, which is good for a year.
    func get() throws(SigningError) -> CertifiedKey {
        let now = clock.unixSeconds
        return try made.withLock { made throws(SigningError) in
            if let made { return made }
            let key = try CertifiedKey(
                selfSigned: "kusto-emulator",
                notBefore: now - 3600,
                notAfter: now + 365 * 86_400
            )
            made = key
            return key
        }
    }

    /// Signs claims for whoever has the set of keys.
    func sign(_ claims: [UInt8]) throws(SigningError) -> String {
        try JWTSigner(try get(), algorithm: .rs256, namesKey: true).sign(claims).reveal()
    }
}
