internal import FoundationEssentials
internal import Synchronization

/// Issues and checks bearer tokens.
final class TokenAuthority: Sendable {
    private let policy: AuthenticationPolicy
    private let clock: WallClock
    private let issued = Mutex<[String: Issued]>([:])

    private struct Issued {
        let application: String
        let expires: Int64
    }

    /// Creates an authority that has issued nothing.
    init(policy: AuthenticationPolicy, clock: WallClock) {
        self.policy = policy
        self.clock = clock
    }

    /// Issues a token to an application and says for how many seconds it is good.
    func issue(to application: String) -> (token: String, seconds: Int) {
        let now = clock.now()
        let token = "emulated.\(UUID().uuidString.lowercased())"
        let expires = now + WallClock.ticks(policy.tokenLifetimeSeconds)
        issued.withLock { tokens in
            tokens = tokens.filter { $0.value.expires > now }
            tokens[token] = Issued(application: application, expires: expires)
        }
        return (token, policy.tokenLifetimeSeconds)
    }

    /// Whether these are credentials of an application; any are when none are configured.
    func accepts(client: String, secret: String) -> Bool {
        policy.applications.isEmpty ? !client.isEmpty : policy.applications[client] == secret
    }

    /// Whether an application of this name exists; any does when none are configured.
    func knows(client: String) -> Bool {
        policy.applications.isEmpty ? !client.isEmpty : policy.applications[client] != nil
    }

    /// Whether a request with this `Authorization` header is admitted.
    func admits(_ authorization: String?) -> Bool {
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
