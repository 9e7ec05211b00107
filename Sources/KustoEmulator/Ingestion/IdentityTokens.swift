internal import FoundationEssentials
internal import Synchronization

/// The identity tokens that queue messages carry: who asked for them, and until when they are good.
final class IdentityTokens: Sendable {
    /// Whether a token is good.
    enum Verdict: Sendable, Equatable {
        /// It is, and was issued to this application; `nil` when requests need no application.
        case good(application: String?)
        /// It is not, for this reason.
        case refused(String)
    }

    private struct Token {
        let text: String
        let application: String?
        let expires: Int64
    }

    private let lifetime: Int64
    private let clock: WallClock
    private let tokens = Mutex<[Token]>([])

    /// Creates a registry whose tokens are good for so many seconds.
    init(lifetimeSeconds: Int, clock: WallClock) {
        lifetime = WallClock.ticks(lifetimeSeconds)
        self.clock = clock
    }

    /// A token for an application; the same one until half of its life is over.
    func issue(to application: String?) -> String {
        let now = clock.now()
        let fresh = "emulated-identity.\(UUID().uuidString.lowercased())"
        return tokens.withLock { tokens in
            if let known = tokens.last(where: { $0.application == application }), known.expires - now > lifetime / 2 {
                return known.text
            }
            // An expired token is remembered for an hour, so that its refusal can say that it has expired.
            tokens.removeAll { $0.expires <= now - WallClock.ticks(3600) }
            tokens.append(Token(text: fresh, application: application, expires: now + lifetime))
            return fresh
        }
    }

    /// Says whether a message with this token may be ingested.
    func check(_ text: String) -> Verdict {
        let now = clock.now()
        guard let token = tokens.withLock({ $0.last { $0.text == text } }) else {
            return .refused("authorizationContext is not an identity token of this cluster")
        }
        guard token.expires > now else {
            return .refused("authorizationContext has expired at \(DateTimeText.format(token.expires))")
        }
        return .good(application: token.application)
    }

    /// Makes all tokens invalid.
    func revokeAll() { tokens.withLock { $0 = [] } }
}
