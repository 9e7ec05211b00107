/// What a ``SchemaStore`` knows and has to do, without locks, network and clock.
///
/// A key goes through these phases:
///
///     absent ─lookup→ pending ─fetched→ ready ─(room needed)→ absent
///                      │  ↑ └─refused→ refused ─(lifetime over, room needed)→ absent
///                 outage: again after a pause
///                 does not exist: once more after a pause, then refused
///
/// Pending keys are never dropped to make room, since somebody waits for each of them; the last waiter that withdraws
/// takes the key along. A pending key is fetched by one task at a time.
struct StoreState {
    typealias Waiter = @Sendable () -> Void

    /// What became of an attempt.
    enum Outcome: Sendable {
        case fetched(SchemaContent)
        case failed(SchemaRegistryError)
    }

    /// What has to be done after an attempt.
    struct Effects {
        /// To be called without a lock.
        var waiters: [Waiter] = []
        /// Whether this is the failure that a person should hear of: the first one of this key, unless the whole registry
        /// is away and others have said so.
        var isNews = false
        /// Whether the registry said that something does not exist, and is asked once more.
        var isUndecided = false
    }

    private struct Pending {
        var waiters: [Int: Waiter] = [:]
        /// Whether somebody has waited, maybe withdrawn since.
        var wasAwaited = false
        var failures = 0
        /// Whether the registry has said that there is no such schema, and is asked once more.
        var isConfirming = false
        /// When the first attempt failed, and why the last one did.
        var trouble: (since: Duration, error: SchemaRegistryError)?
        var due: Duration
        var isRunning = false

        /// Whether the last failure was the registry's as a whole, so that an answer about another key ends it.
        var isGeneral: Bool {
            guard let code = trouble?.error.code else { return false }
            return [.unreachable, .timedOut, .tls, .serviceFailure, .token].contains(code)
        }
    }

    private struct Settled {
        let lookup: SchemaLookup
        /// Until when it holds; `nil` for ever.
        let until: Duration?
        /// Grows with each use, for finding what was used longest ago.
        var lastUse: Int
    }

    private struct Subject {
        var ready: [SchemaID: Settled] = [:]
        var refused: [SchemaID: Settled] = [:]
    }

    /// How many schemas of a subject may be missing before the registry is believed at its first word: a topic full of
    /// bytes that only look like schemas' numbers must not wait for each of them.
    private static let confirmationsPerSubject = 3

    private let limits: SchemaRegistryConfiguration.Limits
    private let backoff: SchemaRegistryConfiguration.Backoff
    private var subjects: [String: Subject] = [:]
    private var pending: [SchemaKey: Pending] = [:]
    private var contents = ContentTable()
    private var uses = 0
    private var lastWaiter = 0
    private var running = 0

    init(limits: SchemaRegistryConfiguration.Limits, backoff: SchemaRegistryConfiguration.Backoff) {
        self.limits = limits
        self.backoff = backoff
    }

    /// How many schemas are kept.
    var readyCount: Int { subjects.values.reduce(0) { $0 + $1.ready.count } }
    /// How many keys are being fetched.
    var pendingCount: Int { pending.count }

    /// What the registry does not give although it was asked, or `nil`.
    var outage: RegistryOutage? {
        var outage: RegistryOutage?
        for (key, entry) in pending {
            guard let trouble = entry.trouble else { continue }
            let schemas = (outage?.schemas ?? 0) + 1
            if outage.map({ trouble.since < $0.since }) ?? true {
                outage = RegistryOutage(key: key, since: trouble.since, schemas: schemas, error: trouble.error)
            }
            outage?.schemas = schemas
        }
        return outage
    }

    /// Says what is known about a key; one that is absent becomes pending.
    /// - Returns: What is known, and whether there is something to ``start(now:)``.
    mutating func lookup(_ key: SchemaKey, now: Duration) -> (SchemaLookup, isNew: Bool) {
        if let known = settled(key, now: now) { return (known, false) }
        guard pending[key] == nil else { return (.pending, false) }
        pending[key] = Pending(due: now)
        return (.pending, true)
    }

    /// Adds somebody who waits for a key that is not settled; one that is absent becomes pending.
    /// - Returns: The waiter's name, and whether there is something to ``start(now:)``; no name when the key is settled.
    mutating func wait(_ key: SchemaKey, now: Duration, _ body: @escaping Waiter) -> (SchemaWaiter?, isNew: Bool) {
        let (lookup, isNew) = lookup(key, now: now)
        guard case .pending = lookup else { return (nil, false) }
        lastWaiter += 1
        pending[key]?.waiters[lastWaiter] = body
        pending[key]?.wasAwaited = true
        return (SchemaWaiter(key: key, number: lastWaiter), isNew)
    }

    /// Forgets somebody who waits, and with the last one the key; while it is fetched, only once that fails.
    mutating func withdraw(_ waiter: SchemaWaiter) {
        guard pending[waiter.key]?.waiters.removeValue(forKey: waiter.number) != nil else { return }
        if pending[waiter.key]?.waiters.isEmpty == true, pending[waiter.key]?.isRunning == false {
            pending[waiter.key] = nil
        }
    }

    /// Takes the keys whose time has come, as many as may be fetched at once.
    /// - Returns: The keys, and when the next one is due; no time when a running one has to end first, or none is left.
    mutating func start(now: Duration) -> (keys: [SchemaKey], next: Duration?) {
        var waiting = pending.filter { !$0.value.isRunning }.map { (key: $0.key, due: $0.value.due) }
        waiting.sort { $0.due < $1.due }
        let keys = waiting.prefix { $0.due <= now }.prefix(max(0, max(1, limits.requests) - running)).map(\.key)
        for key in keys { pending[key]?.isRunning = true }
        running += keys.count
        return (keys, waiting.first { $0.due > now }?.due)
    }

    /// Takes back a key whose attempt was given up before it ended.
    mutating func abandon(_ key: SchemaKey) {
        running -= 1
        pending[key]?.isRunning = false
    }

    /// Notes what became of an attempt.
    mutating func finish(_ key: SchemaKey, _ outcome: Outcome, now: Duration, jitter: Double) -> Effects {
        running -= 1
        guard let entry = pending[key] else { return Effects() }
        switch outcome {
        case .fetched(let content):
            keep(.ready(RegisteredSchema(key: key, content: contents.shared(content))), key, until: nil)
        case .failed(let error) where error.code == .notFound && isDoubtful(entry, key, now: now):
            pending[key]?.isRunning = false
            pending[key]?.isConfirming = true
            pending[key]?.trouble = nil
            pending[key]?.due = now + backoff.confirmation
            wakeOthers(now: now)
            return Effects(isUndecided: true)
        case .failed(let error) where error.isRefusal:
            keep(.refused(error), key, until: now + limits.refusalLifetime)
        case .failed(let error):
            if entry.wasAwaited, entry.waiters.isEmpty {
                pending[key] = nil
                return Effects()
            }
            let isAlone = outage == nil
            var entry = entry
            entry.isRunning = false
            entry.failures += 1
            entry.trouble = (entry.trouble?.since ?? now, error)
            entry.due = now + backoff.pause(failures: entry.failures, retryAfter: error.retryAfter, jitter: jitter)
            pending[key] = entry
            return Effects(isNews: entry.failures == 1 && (isAlone || !entry.isGeneral))
        }
        pending[key] = nil
        wakeOthers(now: now)
        return Effects(waiters: entry.waiters.sorted { $0.key < $1.key }.map(\.value))
    }

    /// Ends the pauses of what waits for nothing but the registry's answering at all, since it answers.
    private mutating func wakeOthers(now: Duration) {
        for other in pending.keys where pending[other]?.isGeneral == true && pending[other]?.isRunning == false {
            pending[other]?.due = now
        }
    }

    /// Whether the registry is asked once more before it is believed that something does not exist.
    private func isDoubtful(_ entry: Pending, _ key: SchemaKey, now: Duration) -> Bool {
        guard !entry.isConfirming, backoff.confirmation > .zero else { return false }
        let missing = subjects[key.subject]?.refused.values.count { $0.until.map { $0 > now } ?? true } ?? 0
        return missing < Self.confirmationsPerSubject
    }

    private mutating func settled(_ key: SchemaKey, now: Duration) -> SchemaLookup? {
        uses += 1
        if let known = subjects[key.subject]?.ready[key.id] {
            subjects[key.subject]?.ready[key.id]?.lastUse = uses
            return known.lookup
        }
        guard let known = subjects[key.subject]?.refused[key.id] else { return nil }
        if let until = known.until, until <= now {
            subjects[key.subject]?.refused[key.id] = nil
            return nil
        }
        subjects[key.subject]?.refused[key.id]?.lastUse = uses
        return known.lookup
    }

    private mutating func keep(_ lookup: SchemaLookup, _ key: SchemaKey, until: Duration?) {
        uses += 1
        let settled = Settled(lookup: lookup, until: until, lastUse: uses)
        var subject = subjects[key.subject] ?? Subject()
        // Refusals have room of their own, so that garbage with random numbers does not drive out good schemas.
        if until == nil {
            Self.insert(settled, key.id, into: &subject.ready, limit: limits.schemasPerSubject)
        } else {
            Self.insert(settled, key.id, into: &subject.refused, limit: limits.schemasPerSubject)
        }
        subjects[key.subject] = subject
    }

    private static func insert(_ new: Settled, _ id: SchemaID, into table: inout [SchemaID: Settled], limit: Int) {
        while table.count >= max(1, limit), let oldest = table.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            table[oldest.key] = nil
        }
        table[id] = new
    }
}
