internal import Kafka

/// The partitions that the group has given to this member, and what becomes of them.
///
///     assigned ──> locating ──located──> held ──revoked──> leaving ──settled, or out of time──> gone
///         │           │                   │                   │
///         │           └──── revoked ──────┼───────────────────┼──> gone
///         └──> unread (topic without a    └─────── lost ──────┴──> gone, and nothing is committed
///              table, or already stopping)
///
/// Each of the group's events is answered by one ``Action/read(_:)`` or ``Action/leave(_:commits:)``, because the group
/// waits for that answer. Between the event and the answer polling goes on.
///
/// Pure: methods take what happened and the time, and return what is to be done, in order. Thread-confined to the poll
/// thread, which does it.
struct Assignment {
    /// Something to be done.
    enum Action: Equatable {
        /// Find out where reading of these begins, then call ``located()``.
        case locate([TopicPartition])
        /// Tell the client to read these, and none of the others that the group gave last; may be empty.
        case read([TopicPartition])
        /// Have the open batches of these sealed; the receipt's number goes into ``tick(_:isSealed:isSettled:)``.
        case seal([TopicPartition], SealReason, receipt: Int)
        /// Stop reading every partition: the worker stops.
        case stopReading
        /// End all work for these, commit what is settled of them if `commits` is true, and give them back.
        case leave([TopicPartition], commits: Bool)
    }

    private enum Place: Equatable {
        case locating, held, unread, leaving
    }

    /// Partitions that leave together, as the group named them.
    private struct Departure {
        var partitions: [TopicPartition]
        let deadline: Duration
        let receipt: Int
    }

    private let revokeTime: Duration
    private let locateTime: Duration
    private let drainTime: Duration
    private var places: [TopicPartition: Place] = [:]
    private var departures: [Departure] = []
    private var receipts = 0
    /// When the search for where the newest partitions begin has to end, while one runs.
    private var locateDeadline: Duration?
    private var stop: (deadline: Duration, receipt: Int)?

    /// - Parameters:
    ///   - revokeTime: The most time from a revocation to its answer.
    ///   - locateTime: The most time from an assignment to its answer.
    ///   - drainTime: The most time that stopping may take.
    init(revokeTime: Duration, locateTime: Duration, drainTime: Duration) {
        self.revokeTime = revokeTime
        self.locateTime = locateTime
        self.drainTime = drainTime
    }

    /// All partitions that the group has given and that were not given back.
    var partitions: [TopicPartition] { Array(places.keys) }

    /// Whether records of a partition are wanted.
    func isRead(_ partition: TopicPartition) -> Bool { stop == nil && places[partition] == .held }

    /// Whether the worker stops.
    var isStopping: Bool { stop != nil }

    /// Whether the group still waits for the answer to an event.
    var owesAnswer: Bool { locateDeadline != nil || !departures.isEmpty }

    /// Until when stopping may take, once it has begun.
    var stopDeadline: Duration? { stop?.deadline }

    // MARK: What the group says

    /// The group gave these partitions.
    /// - Parameter unmapped: Those of them that have no table and are not read.
    mutating func assigned(
        _ partitions: [TopicPartition],
        unmapped: Set<TopicPartition>,
        _ now: Duration
    ) -> [Action] {
        var wanted: [TopicPartition] = []
        for partition in partitions where places[partition] == nil {
            let isWanted = stop == nil && !unmapped.contains(partition)
            places[partition] = isWanted ? .locating : .unread
            if isWanted { wanted.append(partition) }
        }
        guard !wanted.isEmpty else { return [.read([])] }
        locateDeadline = now + locateTime
        return [.locate(wanted)]
    }

    /// The search for positions has ended.
    mutating func located() -> [Action] {
        guard locateDeadline != nil else { return [] }
        locateDeadline = nil
        let found = places.filter { $0.value == .locating }.map(\.key)
        for partition in found { places[partition] = stop == nil ? .held : .unread }
        return [.read(stop == nil ? found : [])]
    }

    /// The group wants these partitions back.
    mutating func revoked(_ partitions: [TopicPartition], _ now: Duration) -> [Action] {
        var held: [TopicPartition] = []
        var others: [TopicPartition] = []
        for partition in partitions {
            switch places[partition] {
            case .held: held.append(partition)
            // A partition that is leaving is answered by its own departure, and a second answer would be one too many.
            case .leaving: continue
            case .locating, .unread, nil: others.append(partition)
            }
        }
        guard !held.isEmpty else {
            let isKnown = others.isEmpty && !partitions.isEmpty
            forget(others)
            return isKnown ? [] : [.leave(others, commits: false)]
        }
        for partition in held + others { places[partition] = .leaving }
        forgetLocating()
        receipts += 1
        let deadline = min(now + revokeTime, stop?.deadline ?? .seconds(Int64.max / 4))
        departures.append(Departure(partitions: held + others, deadline: deadline, receipt: receipts))
        return [.seal(held, .revoke, receipt: receipts)]
    }

    /// The group has taken these partitions without asking.
    mutating func lost(_ partitions: [TopicPartition]) -> [Action] {
        forget(partitions)
        for index in departures.indices { departures[index].partitions.removeAll { places[$0] == nil } }
        departures.removeAll(where: \.partitions.isEmpty)
        return [.leave(partitions, commits: false)]
    }

    // MARK: Time

    /// The worker is to stop.
    mutating func beginStop(_ now: Duration) -> [Action] {
        guard stop == nil else { return [] }
        receipts += 1
        stop = (now + drainTime, receipts)
        let held = places.filter { $0.value == .held }.map(\.key)
        var actions: [Action] = [.stopReading, .seal(held, .stop, receipt: receipts)]
        // The group still waits for an answer about the partitions that were being located.
        if locateDeadline != nil { actions += located() }
        return actions
    }

    /// Returns what is due.
    /// - Parameters:
    ///   - isSealed: Whether all lanes have signed the receipt of this number.
    ///   - isSettled: Whether everything read of a partition is done with.
    mutating func tick(
        _ now: Duration,
        isSealed: (Int) -> Bool,
        isSettled: (TopicPartition) -> Bool
    ) -> [Action] {
        var actions: [Action] = []
        // Partitions whose start was not found in time begin at the group's own offset, if it has one.
        if let locateDeadline, now >= locateDeadline { actions += located() }
        departures.removeAll { departure in
            guard
                now >= departure.deadline
                    || isSealed(departure.receipt) && departure.partitions.allSatisfy(isSettled)
            else { return false }
            for partition in departure.partitions { places[partition] = nil }
            actions.append(.leave(departure.partitions, commits: true))
            return true
        }
        return actions
    }

    /// Whether nothing is left to be done before the last commit.
    /// - Parameters:
    ///   - mayCommit: Whether a commit can succeed now.
    ///   - isSealed: As for ``tick(_:isSealed:isSettled:)``.
    ///   - isDone: Whether what was read is settled, except for what never will be.
    func isStopped(
        _ now: Duration,
        mayCommit: Bool,
        isSealed: (Int) -> Bool,
        isDone: () -> Bool
    ) -> Bool {
        guard let stop else { return false }
        if now >= stop.deadline { return true }
        // The last commit waits for a rebalance that is under way.
        guard mayCommit || places.isEmpty, isSealed(stop.receipt) else { return false }
        return isDone()
    }

    /// Forgets everything, and returns what the group still wants back.
    mutating func end() -> [TopicPartition] {
        defer {
            places.removeAll()
            departures.removeAll()
            locateDeadline = nil
        }
        return departures.flatMap(\.partitions)
    }

    private mutating func forget(_ partitions: [TopicPartition]) {
        for partition in partitions { places[partition] = nil }
        forgetLocating()
    }

    /// Without partitions to locate no answer is owed any more: giving them back was the answer.
    private mutating func forgetLocating() {
        if !places.values.contains(.locating) { locateDeadline = nil }
    }
}
