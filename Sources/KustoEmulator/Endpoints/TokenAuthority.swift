internal import FoundationEssentials
internal import Synchronization

/// Issues and checks bearer tokens.
final class TokenAuthority: Sendable {
    private let policy: AuthenticationPolicy
    private let clock: WallClock
    private let issued = Mutex<[String: Int64]>([:])

    /// Creates an authority that has issued nothing.
    init(policy: AuthenticationPolicy, clock: WallClock) {
        self.policy = policy
        self.clock = clock
    }

    /// Issues a token and says for how many seconds it is good.
    func issue() -> (token: String, seconds: Int) {
        let now = clock.now()
        let token = "emulated.\(UUID().uuidString.lowercased())"
        let expires = now + Int64(policy.tokenLifetimeSeconds) * DateTimeText.ticksPerSecond
        issued.withLock { tokens in
            tokens = tokens.filter { $0.value > now }
            tokens[token] = expires
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

    /// Whether a request with this `Authorization` header may go on.
    func admits(_ authorization: String?) -> Bool {
        if policy.mode == .none { return true }
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
        let token = String(authorization.dropFirst(7).drop { $0 == " " })
        if policy.mode == .anyToken { return !token.isEmpty }
        if policy.staticTokens.contains(token) { return true }
        let now = clock.now()
        return issued.withLock { ($0[token] ?? 0) > now }
    }

    /// Makes all issued tokens invalid.
    func revokeAll() { issued.withLock { $0 = [:] } }
}
