internal import FoundationEssentials
internal import Synchronization

/// Issues and checks bearer tokens.
final class TokenAuthority: Sendable {
    /// Who gets tokens.
    let applications: ApplicationRegistry
    private let policy: AuthenticationPolicy
    private let clock: WallClock
    private let refused = Mutex(0)
    private let issued = Mutex<[String: Issued]>([:])

    private struct Issued {
        let application: String
        let expires: Int64
    }

    /// Creates an authority that has issued nothing.
    init(applications: ApplicationRegistry, clock: WallClock) {
        self.applications = applications
        policy = applications.policy
        self.clock = clock
    }

    /// Issues a token to an application.
    func issue(to application: String) -> IssuedToken {
        let now = clock.now()
        let token = "emulated.\(UUID().uuidString.lowercased())"
        let expires = now + WallClock.ticks(policy.tokenLifetimeSeconds)
        issued.withLock { tokens in
            tokens = tokens.filter { $0.value.expires > now }
            tokens[token] = Issued(application: application, expires: expires)
        }
        return IssuedToken(application: application, text: token, seconds: policy.tokenLifetimeSeconds)
    }

    /// How many requests were not admitted.
    var refusals: Int { refused.withLock { $0 } }

    /// Whether a request with this `Authorization` header is admitted.
    func admits(_ authorization: String?) -> Bool {
        let isGood = isGood(authorization)
        if !isGood { refused.withLock { $0 += 1 } }
        return isGood
    }

    private func isGood(_ authorization: String?) -> Bool {
        if policy.mode == .none { return true }
        guard let token = Self.token(authorization) else { return false }
        if policy.mode == .anyToken { return !token.isEmpty }
        if policy.staticTokens.contains(token) { return true }
        let now = clock.now()
        return issued.withLock { ($0[token]?.expires ?? 0) > now }
    }

    /// The application that the token of this `Authorization` header was issued to; `nil` when it was issued to none.
    func application(of authorization: String?) -> String? {
        Self.token(authorization).flatMap { token in issued.withLock { $0[token]?.application } }
    }

    private static func token(_ authorization: String?) -> String? {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        return String(authorization.dropFirst(7).drop { $0 == " " })
    }

    /// Makes all issued tokens invalid.
    func revokeAll() { issued.withLock { $0 = [:] } }
}
