/// Hands records to the lanes, and keeps what a lane does not take in time, so that the poll thread goes on polling.
///
/// A lane whose queue is full is the normal case while Kafka is faster than encoding, and waiting for it a moment is
/// what bounds memory. A lane that takes nothing for longer than that must not keep the poll thread from its group: the
/// records stay here, in order, and the caller pauses the lane's partitions so that no more of them come.
///
/// Thread-confined to the poll thread.
struct LaneFeed<Messages: Sendable> {
    /// Hands records to a lane, waiting at most for a time; returns whether the lane took them.
    typealias Hand = (_ lane: Int, Messages, [EncoderLane.AssignedRun], _ timeout: Duration) -> Bool

    private struct Parcel {
        let messages: Messages
        var runs: [EncoderLane.AssignedRun]
    }

    private let patience: Duration
    /// What waits for each lane.
    private var backlogs: [[Parcel]]

    /// - Parameters:
    ///   - lanes: How many lanes there are.
    ///   - patience: The most time to wait for a lane that is full.
    init(lanes: Int, patience: Duration) {
        backlogs = Array(repeating: [], count: lanes)
        self.patience = patience
    }

    /// Whether records wait here for a lane.
    func isStuck(_ lane: Int) -> Bool { !backlogs[lane].isEmpty }

    /// Whether records wait here for any lane.
    var isStuck: Bool { backlogs.contains { !$0.isEmpty } }

    /// Hands over the runs of each lane, after what already waits here for it.
    mutating func add(_ messages: Messages, _ runs: [[EncoderLane.AssignedRun]], hand: Hand) {
        // The time is for all lanes together, so that many that are stuck do not keep the poll thread any longer.
        var patience = patience
        for (lane, runs) in runs.enumerated() where !runs.isEmpty {
            if !isStuck(lane) {
                if hand(lane, messages, runs, patience) { continue }
                patience = .zero
            }
            backlogs[lane].append(Parcel(messages: messages, runs: runs))
        }
    }

    /// Tries again to hand over what waits, without waiting itself.
    mutating func retry(hand: Hand) {
        for lane in backlogs.indices where isStuck(lane) {
            let taken = backlogs[lane].prefix { hand(lane, $0.messages, $0.runs, .zero) }.count
            backlogs[lane].removeFirst(taken)
        }
    }

    /// Drops what waits here from these partitions; their next owner reads it again.
    mutating func drop(_ partitions: [AssignedPartition]) {
        guard isStuck else { return }
        let dropped = Set(partitions.map { ObjectIdentifier($0) })
        for lane in backlogs.indices {
            for index in backlogs[lane].indices {
                backlogs[lane][index].runs.removeAll { dropped.contains(ObjectIdentifier($0.partition)) }
            }
            backlogs[lane].removeAll(where: \.runs.isEmpty)
        }
    }
}
