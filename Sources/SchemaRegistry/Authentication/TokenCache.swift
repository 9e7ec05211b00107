internal import Secrets

/// A bearer token that is fetched when it is first needed, renewed before it ends, and fetched by one task at a time.
///
/// While the old token is still good the others go on with it, and a renewal that fails is tried again after a pause. The
/// renewal begins a buffer before the end, but not in the first half of a token's life, so that a token that lives shorter
/// than the buffer is not fetched for each request.
actor TokenCache {
    typealias Fetch = @Sendable () async throws(SchemaRegistryError) -> AccessToken

    private struct Held {
        let secret: Secret
        let generation: Int
        let freshUntil: Duration
        let usableUntil: Duration
    }

    /// The least time between a failed renewal and the next, while the old token is good.
    static let pause = Duration.seconds(30)

    private let buffer: Duration
    private let now: @Sendable () -> Duration
    private let fetch: Fetch
    private var held: Held?
    private var generation = 0
    private var isFetching = false
    private var nextRenewal = Duration.zero
    private var waiters: [CheckedContinuation<Result<Secret, SchemaRegistryError>?, Never>] = []

    /// - Parameters:
    ///   - buffer: How long before its end a token is renewed.
    ///   - now: Time on a clock that only goes forward.
    ///   - fetch: Gets a token.
    init(buffer: Duration, now: @escaping @Sendable () -> Duration, fetch: @escaping Fetch) {
        self.buffer = buffer
        self.now = now
        self.fetch = fetch
    }

    /// A token that is good now, and a number that tells it from earlier ones.
    func token() async throws(SchemaRegistryError) -> (secret: Secret, generation: Int) {
        while true {
            let time = now()
            if let held, time < held.usableUntil {
                if time < held.freshUntil || isFetching || time < nextRenewal { return (held.secret, held.generation) }
                if let secret = try? await renew() { return (secret, generation) }
                return (held.secret, held.generation)
            }
            if !isFetching { return (try await renew(), generation) }
            // `nil` means that the task that fetched was cancelled, so this one tries itself.
            if let outcome = await wait() { return (try outcome.get(), generation) }
        }
    }

    /// Forgets a token that a registry refused, if it is still the one that is held.
    func invalidate(generation bad: Int) {
        if held?.generation == bad { held = nil }
    }

    private func renew() async throws(SchemaRegistryError) -> Secret {
        isFetching = true
        do throws(SchemaRegistryError) {
            let token = try await fetch()
            let time = now()
            generation += 1
            held = Held(
                secret: token.secret,
                generation: generation,
                freshUntil: time + max(token.lifetime - buffer, token.lifetime / 2),
                usableUntil: time + token.lifetime
            )
            nextRenewal = .zero
            finish(.success(token.secret))
            return token.secret
        } catch {
            nextRenewal = now() + Self.pause
            finish(error.code == .cancelled ? nil : .failure(error))
            throw error
        }
    }

    private func finish(_ outcome: Result<Secret, SchemaRegistryError>?) {
        isFetching = false
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resume(returning: outcome) }
    }

    private func wait() async -> Result<Secret, SchemaRegistryError>? {
        await withCheckedContinuation { waiters.append($0) }
    }
}
