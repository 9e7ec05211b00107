/// A value that is fetched when it is first needed, renewed before it ends, and fetched by one task at a time.
///
/// Once a value is old but still good, one task renews it while the others go on with the old one. If that fails the
/// old one stays, and the next renewal is tried after ``pause`` at the earliest. Without a good value every caller gets
/// the last failure for a second, so that a service that is away is not asked by every batch in turn.
package actor RefreshedValue<Value: Sendable, Failure: RefreshError> {
    /// Gets the value and how long it is good.
    package typealias Fetch = @Sendable () async throws(Failure) -> (Value, Validity)

    private struct Held {
        let value: Value
        let generation: Int
        let freshUntil: Duration
        let usableUntil: Duration?
    }

    private let fetch: Fetch
    private let pause: Duration
    private let now: @Sendable () -> Duration
    private let onFailure: @Sendable (Failure) -> Void
    private var held: Held?
    private var generation = 0
    private var isFetching = false
    private var nextAttempt: Duration = .zero
    /// When ``expire(generation:)`` has an effect again.
    private var nextExpiry: Duration = .zero
    /// The last failure, and until when callers get it while there is no value.
    private var refusal: (error: Failure, until: Duration)?
    private var waiters: [CheckedContinuation<Result<Value, Failure>?, Never>] = []

    /// Creates a value that is not fetched yet.
    /// - Parameters:
    ///   - pause: The least time between a failed renewal and the next.
    ///   - now: Time on a clock that only goes forward.
    ///   - onFailure: Is told of every fetch that failed, also while the old value is still good and no caller notices.
    ///   - fetch: Gets the value and how long it is good.
    package init(
        pause: Duration,
        now: @escaping @Sendable () -> Duration,
        onFailure: @escaping @Sendable (Failure) -> Void = { _ in },
        fetch: @escaping Fetch
    ) {
        self.onFailure = onFailure
        self.pause = pause
        self.now = now
        self.fetch = fetch
    }

    /// The value, and a number that distinguishes it from earlier ones.
    package func get() async throws(Failure) -> (value: Value, generation: Int) {
        while true {
            let time = now()
            if let held, held.usableUntil.map({ time < $0 }) ?? true {
                if time < held.freshUntil || isFetching || time < nextAttempt { return (held.value, held.generation) }
                // While the old value is good, a failed renewal is no reason to fail the caller.
                if let renewed = try? await renew() { return (renewed, generation) }
                return (held.value, held.generation)
            }
            if let refusal, time < refusal.until { throw refusal.error }
            if !isFetching { return (try await renew(), generation) }
            // `nil` means that the fetching task was cancelled, so this one tries itself.
            if let outcome = await wait() { return (try outcome.get(), generation) }
        }
    }

    /// Makes the next ``get()`` fetch anew, if the value is still the one that turned out to be bad.
    package func invalidate(generation bad: Int) {
        guard let held, held.generation == bad else { return }
        self.held = nil
        refusal = nil
    }

    /// Makes the next ``get()`` renew, and keep the old value if that fails.
    ///
    /// Has an effect once a second at most: a service whose new values are no better is not asked by every batch in turn.
    package func expire(generation bad: Int) {
        let time = now()
        guard let old = held, old.generation == bad, time >= nextAttempt, time >= nextExpiry else { return }
        nextExpiry = time + .seconds(1)
        held = Held(value: old.value, generation: old.generation, freshUntil: .zero, usableUntil: old.usableUntil)
        nextAttempt = .zero
    }

    private func renew() async throws(Failure) -> Value {
        isFetching = true
        do throws(Failure) {
            let (value, validity) = try await fetch()
            let time = now()
            generation += 1
            held = Held(
                value: value,
                generation: generation,
                freshUntil: time + validity.fresh,
                usableUntil: validity.usable.map { time + $0 }
            )
            nextAttempt = .zero
            refusal = nil
            finish(.success(value))
            return value
        } catch {
            nextAttempt = now() + pause
            if !error.isCancellation {
                refusal = (error, now() + .seconds(1))
                onFailure(error)
            }
            finish(error.isCancellation ? nil : .failure(error))
            throw error
        }
    }

    private func finish(_ outcome: Result<Value, Failure>?) {
        isFetching = false
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resume(returning: outcome) }
    }

    private func wait() async -> Result<Value, Failure>? {
        await withCheckedContinuation { waiters.append($0) }
    }
}
