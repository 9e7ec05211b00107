// Who leads.
//
//             another holds it, or an error                    renewed
//                ┌──────────┐                               ┌───────┐
//                ▼          │                               ▼       │
//   start ──> following ────┴── free, expired or ours ──> leading ──┤
//                                                                   ├── not renewed in time, or another holds it ──> lost
//                                                                   └── given back ──> released
//
// Nothing leads back from lost and released: the process ends.
//
// Times of other machines are never compared with ours. What counts is when *we* first saw the record that the Lease
// holds now, by a clock that only goes forward; as long as the record changes, its holder lives. A holder may therefore
// lead for at most `renewDeadline` after it sent its last renewal, by its own clock, and the others wait
// `leaseDuration`, which is longer, after they saw that renewal, by theirs: the two never meet.
//
// `lastRenew` is the time at which a renewal that succeeded was *sent*, which is before anybody can have seen it.

/// Decides whether this process leads; performs nothing itself.
struct ElectionMachine {
    /// What this process is.
    enum Role: Equatable {
        case following
        case leading
        /// It led, and could not renew in time: it must write nothing any more.
        case lost
        case released
    }

    /// The next request of an attempt to get or keep the lease.
    enum Action: Equatable {
        /// Read the Lease.
        case get
        /// Create it.
        case create(LeaseRecord)
        /// Replace this object, which must not have changed since.
        case replace(KubernetesObject, LeaseRecord)
        /// Another holds it; try again later.
        case giveUp
    }

    private let identity: String
    private let timing: LeaseTiming
    private(set) var role = Role.following
    /// The Lease as it was seen last.
    private(set) var observed: KubernetesObject?
    /// When the record in ``observed`` was seen first.
    private(set) var observedTime = Duration.zero
    private(set) var lastRenew: Duration?

    init(identity: String, timing: LeaseTiming) {
        self.identity = identity
        self.timing = timing
    }

    /// Who holds the lease as far as is known; `nil` when nobody does.
    var holder: String? {
        guard let observed else { return nil }
        let holder = LeaseRecord(observed).holder
        return holder.isEmpty ? nil : holder
    }

    /// Whether this process may write at this moment.
    func mayWrite(at now: Duration) -> Bool {
        guard role == .leading, let lastRenew else { return false }
        return now < lastRenew + timing.renewDeadline
    }

    /// How long a write that is sent now may take: until another may lead; `nil` when none may be sent.
    func writeLimit(at now: Duration) -> Duration? {
        guard mayWrite(at: now), let lastRenew else { return nil }
        return lastRenew + timing.leaseDuration - now
    }

    /// Begins an attempt: a leader whose lease is good replaces what it knows, without reading it first.
    func attempt(at now: Duration, time: String) -> Action {
        if role == .lost || role == .released { return .giveUp }
        guard role == .leading, let observed, isGood(at: now), LeaseRecord(observed).holder == identity else {
            return .get
        }
        return .replace(observed, renewal(of: LeaseRecord(observed), time))
    }

    /// Takes the Lease that was read.
    mutating func read(_ object: KubernetesObject?, at now: Duration, time: String) -> Action {
        guard let object else {
            // Whoever held a Lease that somebody deleted may not know it yet.
            if let observed, isHeldByAnother(LeaseRecord(observed)), isGood(at: now) { return .giveUp }
            return .create(
                LeaseRecord(
                    holder: identity,
                    durationSeconds: seconds,
                    acquireTime: time,
                    renewTime: time,
                    transitions: 0
                )
            )
        }
        observe(object, at: now)
        let record = LeaseRecord(object)
        if isHeldByAnother(record) {
            // Not by waiting, which would have taken longer than we may lead: somebody has changed the Lease by hand.
            if role == .leading { role = .lost }
            if role == .lost || isGood(at: now) { return .giveUp }
        }
        if record.holder == identity { return .replace(object, renewal(of: record, time)) }
        var taken = renewal(of: record, time)
        taken.acquireTime = time
        taken.transitions = record.transitions + 1
        return .replace(object, taken)
    }

    /// Takes the Lease as the server keeps it after a write of ours.
    /// - Parameter sent: When the request was sent.
    mutating func written(_ object: KubernetesObject, sent: Duration, at now: Duration) {
        observe(object, at: now)
        lastRenew = sent
        if role == .following { role = .leading }
    }

    /// Ends the leadership when its deadline has passed.
    mutating func expire(at now: Duration) {
        if role == .leading, !mayWrite(at: now) { role = .lost }
    }

    /// How long this process may go on leading without a renewal; `nil` when it does not lead.
    func timeLeft(at now: Duration) -> Duration? {
        guard role == .leading, let lastRenew else { return nil }
        return max(.zero, lastRenew + timing.renewDeadline - now)
    }

    /// Gives the lease back: from now on nothing may be written.
    /// - Returns: What is to be written so that another need not wait, or `nil` when there is nothing to give back.
    mutating func release(at now: Duration, time: String) -> (KubernetesObject, LeaseRecord)? {
        let wasLeading = mayWrite(at: now)
        if role != .lost { role = .released }
        guard wasLeading, let observed else { return nil }
        var record = LeaseRecord(observed)
        guard record.holder == identity else { return nil }
        record.holder = ""
        record.durationSeconds = 1
        record.renewTime = time
        record.acquireTime = time
        return (observed, record)
    }

    private func isHeldByAnother(_ record: LeaseRecord) -> Bool {
        !record.holder.isEmpty && record.holder != identity
    }

    private var seconds: Int { Int(timing.leaseDuration.components.seconds) }

    private func renewal(of record: LeaseRecord, _ time: String) -> LeaseRecord {
        var renewed = record
        renewed.holder = identity
        renewed.durationSeconds = seconds
        renewed.renewTime = time
        return renewed
    }

    /// Whether the lease that was seen last is still its holder's.
    private func isGood(at now: Duration) -> Bool {
        guard let observed else { return false }
        return now < observedTime + .seconds(LeaseRecord(observed).durationSeconds)
    }

    private mutating func observe(_ object: KubernetesObject, at now: Duration) {
        defer { observed = object }
        if let observed, LeaseRecord(observed) == LeaseRecord(object) { return }
        observedTime = now
    }
}
