internal import HTTP
package import Logging
package import Metrics
internal import Synchronization

/// The schemas of one registry: those that were fetched, and the fetching of those that somebody asks for.
///
/// - A schema that is there is there for good, but for the bound of each subject. That the registry knows none is believed
///   when it says so twice, and remembered for ``SchemaRegistryConfiguration/Limits/refusalLifetime``.
/// - Any other failure is an outage: it says nothing about the records, so the schema stays pending, and the registry is
///   asked again with growing pauses for as long as somebody waits.
/// - However many threads ask for a schema, one task at a time fetches it. There are as many pending schemas as callers let
///   there be: a partition whose record waits for one asks for no other.
///
/// A schema that is used may be dropped meanwhile to make room; whoever uses it keeps it, and a new lookup fetches it again.
package final class SchemaStore: Sendable {
    private struct State {
        var store: StoreState
        /// Wakes ``run()``; `nil` while it does not run.
        var wake: AsyncStream<Void>.Continuation?
        /// When the next of the timers that are set goes off.
        var timer: Duration?
    }

    /// The registry's first address.
    package let url: String
    private let client: RegistryClient
    private let health: RegistryHealth
    private let metrics: RegistryMetrics
    private let clock: SchemaRegistryClock
    private let logger: Logger
    private let state: Mutex<State>

    /// Creates a store, which fetches nothing before ``run()``.
    /// - Parameters:
    ///   - configuration: Where the registry is and how it is asked.
    ///   - name: What the store is for, `value` or `key`; a label of its metrics, and a part of its problem's key.
    ///   - registry: Where the metrics go.
    ///   - observer: Is told when the registry has not answered for a minute, and when it does again.
    ///   - logger: Where outages are logged.
    ///   - clock: The time and the chance.
    /// - Throws: ``SchemaRegistryError`` with `invalidConfiguration` when there is no URL, or TLS settings cannot be used.
    package init(
        configuration: SchemaRegistryConfiguration,
        name: String = "value",
        registry: MetricsRegistry,
        observer: (any SchemaRegistryObserver)? = nil,
        logger: Logger,
        clock: SchemaRegistryClock = .system
    ) throws(SchemaRegistryError) {
        self.clock = clock
        self.logger = logger
        url = configuration.endpoints.first?.url ?? ""
        metrics = RegistryMetrics(registry: registry, name: name)
        client = try RegistryClient(configuration, metrics: metrics, clock: clock, logger: logger)
        health = RegistryHealth(
            name: name,
            url: url,
            observer: observer,
            metrics: metrics,
            clock: clock,
            logger: logger
        )
        state = Mutex(State(store: StoreState(limits: configuration.limits, backoff: configuration.backoff)))
    }

    /// Says what is known about a schema now; never waits, and starts the fetch when nothing is known.
    ///
    /// To be called when the schema changes, not for each record.
    package func lookup(_ key: SchemaKey) -> SchemaLookup {
        let now = clock.now()
        let (lookup, wake) = state.withLock { state in
            let (lookup, isNew) = state.store.lookup(key, now: now)
            if isNew { metrics.misses.increment() }
            return (lookup, isNew ? state.wake : nil)
        }
        wake?.yield()
        return lookup
    }

    /// Calls `body` once when the schema is ready or refused, at once when it already is.
    ///
    /// While ``run()`` works it is called on one of its tasks, so it must not wait for anything. It is not called any more
    /// once the waiter is withdrawn, unless that happens at the same time.
    /// - Returns: The waiter to be withdrawn when the schema is not needed any more; `nil` when `body` was called at once.
    @discardableResult
    package func whenSettled(_ key: SchemaKey, _ body: @escaping @Sendable () -> Void) -> SchemaWaiter? {
        let now = clock.now()
        let (waiter, wake) = state.withLock { state in
            let (waiter, isNew) = state.store.wait(key, now: now, body)
            if isNew { metrics.misses.increment() }
            return (waiter, isNew ? state.wake : nil)
        }
        wake?.yield()
        if waiter == nil { body() }
        return waiter
    }

    /// Forgets somebody who waits, for instance because the partition belongs to another member of the group now.
    ///
    /// A schema that nobody waits for any more is not asked for again, so that its outage does not count for ever.
    package func withdraw(_ waiter: SchemaWaiter) {
        state.withLock { $0.store.withdraw(waiter) }
        refreshHealth()
    }

    /// Fetches what is asked for, until it is cancelled; for one task at a time.
    package func run() async {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { ($0.wake, $0.timer) = (wake, nil) }
        defer { state.withLock { $0.wake = nil } }
        wake.yield()
        await withDiscardingTaskGroup { group in
            for await _ in wakes {
                let now = clock.now()
                let (keys, next) = state.withLock { state in
                    let (keys, next) = state.store.start(now: now)
                    // One timer is enough: when it goes off the next one is set.
                    guard let next, state.timer.map({ next < $0 }) ?? true else { return (keys, Duration?.none) }
                    state.timer = next
                    return (keys, next)
                }
                for key in keys {
                    group.addTask {
                        await self.fetch(key)
                        wake.yield()
                    }
                }
                guard let next else { continue }
                group.addTask {
                    try? await self.clock.sleep(next - now)
                    self.state.withLock { if $0.timer == next { $0.timer = nil } }
                    wake.yield()
                }
            }
            group.cancelAll()
        }
    }

    /// Asks the registry once, whether it can be reached and lets this client in; every URL gets its chance.
    /// - Throws: ``SchemaRegistryError`` that says what is wrong.
    package func check() async throws(SchemaRegistryError) { try await client.check() }

    private func fetch(_ key: SchemaKey) async {
        let outcome: StoreState.Outcome
        do throws(SchemaRegistryError) {
            outcome = .fetched(try await client.fetch(key))
        } catch {
            guard error.code != .cancelled else { return state.withLock { $0.store.abandon(key) } }
            outcome = .failed(error)
        }
        let (now, jitter) = (clock.now(), clock.random())
        let effects = state.withLock { $0.store.finish(key, outcome, now: now, jitter: jitter) }
        if case .failed(let error) = outcome { log(error, of: key, effects) }
        refreshHealth()
        for waiter in effects.waiters { waiter() }
    }

    private func refreshHealth() { health.refresh { self.state.withLock { $0.store.outage } } }

    private func log(_ error: SchemaRegistryError, of key: SchemaKey, _ effects: StoreState.Effects) {
        let data = [
            "schema.subject": key.subject, "schema.id": key.id.description, "error": error.message,
            "error.code": error.code.description,
        ]
        if effects.isUndecided {
            logger.debug("schema not found by the registry, which is asked once more", data)
        } else if error.isRefusal {
            logger.warning("schema refused by the registry", data)
        } else {
            logger.log(
                effects.isNews ? .warning : .debug,
                "schema not available yet, its records wait and the registry is asked again",
                data
            )
        }
    }
}
