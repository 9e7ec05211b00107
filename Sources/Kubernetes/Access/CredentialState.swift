/// Which credential is in use, and whether a new one has to be got: no clock, no thread.
///
/// ```
///            fetch begins             fetched
/// no value ──────────────> fetching ──────────> fresh ──age──> old ──fetch begins──> old, fetching
///     ^                       │ failed            ^             │ end of life, or 401     │ fetched, failed
///     └───────────────────────┘                   └─────────────┴─────────────────────────┘
/// ```
/// One fetch runs at a time. While it runs, an old credential that is still good is served; callers without one wait. A
/// failed fetch leaves the old one as it is, and the next begins after ``pause`` at the earliest.
struct CredentialState {
    /// A credential, and the number that distinguishes it from earlier ones.
    struct Held: Sendable, Equatable {
        let credential: Credential
        let generation: Int
    }

    /// What a caller has to do.
    enum Step: Equatable {
        /// Use this.
        case use(Held)
        /// Begin a fetch, and use this meanwhile.
        case fetchAndUse(Held)
        /// Begin a fetch and wait for it.
        case fetchAndWait
        /// Wait for the fetch that is under way.
        case wait
        /// Fail: the last fetch did, a moment ago.
        case fail(APIError)
    }

    /// The least time between a failed fetch and the next.
    static let pause = Duration.seconds(10)
    /// How long callers without a credential get the last failure, so that a plugin is not started by each in turn.
    static let failureAge = Duration.seconds(1)

    private var held: Held?
    private var freshUntil: Duration?
    private var usableUntil: Duration?
    private var generation = 0
    private var isFetching = false
    private var nextFetch = Duration.zero
    private var failure: (error: APIError, until: Duration)?

    /// Whether there is a credential that can be used.
    func isUsable(now: Duration) -> Bool { held != nil && usableUntil.map { now < $0 } ?? true }

    /// Decides what a caller does, and remembers that a fetch begins if it begins one.
    mutating func ask(now: Duration) -> Step {
        if let held, isUsable(now: now) {
            guard let freshUntil, now >= freshUntil, !isFetching, now >= nextFetch else { return .use(held) }
            isFetching = true
            return .fetchAndUse(held)
        }
        if isFetching { return .wait }
        if let failure, now < failure.until { return .fail(failure.error) }
        isFetching = true
        return .fetchAndWait
    }

    /// Takes what was fetched.
    mutating func fetched(_ fetched: FetchedCredential, now: Duration) -> Held {
        isFetching = false
        failure = nil
        nextFetch = .zero
        generation += 1
        let new = Held(credential: fetched.credential, generation: generation)
        held = new
        freshUntil = fetched.freshFor.map { now + $0 }
        usableUntil = fetched.usableFor.map { now + $0 }
        return new
    }

    /// Remembers a failed fetch.
    mutating func failed(_ error: APIError, now: Duration) {
        isFetching = false
        failure = (error, now + Self.failureAge)
        nextFetch = now + Self.pause
    }

    /// Drops the credential that the server refused, unless there is another since.
    mutating func rejected(generation bad: Int) {
        guard held?.generation == bad else { return }
        held = nil
        failure = nil
        nextFetch = .zero
    }
}
