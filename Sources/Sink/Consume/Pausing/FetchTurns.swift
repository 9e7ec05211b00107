internal import Kafka

/// Decides which of many partitions are fetched while most are behind: a few at a time, in turn.
///
/// librdkafka names every partition in every fetch, and broker and client look at each of them although one response is
/// filled by a few. With 1,000 partitions that is about half of the broker's work. It also leaves a batch open for every
/// partition at once. So while there is more waiting than a few partitions can bring, only a window of them is fetched.
/// One leaves when it has nothing more, or has brought its share; the next in the circle takes its place. A partition
/// that has caught up takes its turn too, since only fetching it shows that something new has come.
///
/// As soon as the fetched ones have little waiting, or bring little, the window doubles, until all are fetched. So a wrong
/// estimate of what waits (a compacted topic, transactions that were aborted) costs some time, never a record.
///
/// Thread-confined, and pure: the caller pauses and resumes.
struct FetchTurns {
    /// What is to change, in the order in which it is to be done.
    struct Change {
        var pause: [TopicPartition] = []
        var resume: [TopicPartition] = []
        var isEmpty: Bool { pause.isEmpty && resume.isEmpty }
    }

    /// What Kafka says about a partition: where reading begins, as far as that is known, and its end.
    typealias Standing = (start: Int64, end: Int64)

    private struct Place {
        /// The offset after the last record, once one came.
        var next: Int64?
        var isFetched = true
        /// What it brought in this turn, and when the turn began: in time, and in bytes of all partitions.
        var turnBytes = 0
        var beganAt = Duration.zero
        var beganAtBytes = 0
    }

    private let limits: FetchTurnLimits
    private var places: [TopicPartition: Place] = [:]
    private var circle: [TopicPartition] = []
    private var cursor = 0
    private var window: Int
    /// How many bytes came so far, and how many offsets they covered, gaps included.
    private var bytes = 0
    private var offsets: Int64 = 0
    private var bytesBeforePoll = 0
    /// When a poll last brought plenty, or could begin to.
    private var lastPlenty = Duration.zero
    private var plannedAtBytes = 0
    private var nextPlan = Duration.zero

    init(limits: FetchTurnLimits) {
        self.limits = limits
        window = limits.window
    }

    /// How many partitions rest.
    private(set) var restingCount = 0

    /// Whether a partition is fetched; one that takes no part in the turns always is.
    func isFetched(_ partition: TopicPartition) -> Bool { places[partition]?.isFetched ?? true }

    /// Adds partitions, which are fetched at first.
    mutating func add(_ partitions: [TopicPartition]) {
        for partition in partitions where places[partition] == nil {
            places[partition] = Place()
            circle.append(partition)
        }
    }

    /// Forgets partitions.
    mutating func remove(_ partitions: [TopicPartition]) {
        for partition in partitions {
            if places.removeValue(forKey: partition)?.isFetched == false { restingCount -= 1 }
        }
        circle.removeAll { places[$0] == nil }
        cursor = 0
    }

    /// Notes what a partition has brought.
    /// - Parameter next: The offset after the last record.
    mutating func note(_ partition: TopicPartition, next: Int64, records: Int, bytes count: Int) {
        guard let before = places[partition] else { return }
        bytes += count
        offsets += before.next.map { max(0, next - $0) } ?? Int64(records)
        places[partition]?.next = next
        places[partition]?.turnBytes += count
    }

    /// Notes that a poll's records were all noted, and whether it brought as many as it may.
    mutating func noteEnd(ofFullPoll isFull: Bool, _ now: Duration) {
        if isFull || bytes - bytesBeforePoll >= limits.plentyBytes { lastPlenty = now }
        bytesBeforePoll = bytes
    }

    /// Notes that fetching goes on after it was paused altogether: nothing could come meanwhile, so nothing was missing.
    mutating func noteRelief(_ now: Duration) { lastPlenty = now }

    /// Whether it is time to ``plan(now:standing:)``.
    func isDue(_ now: Duration) -> Bool {
        now >= nextPlan || restingCount > 0 && bytes - plannedAtBytes >= limits.intervalBytes
    }

    /// Decides what is to change.
    /// - Parameter standing: Where a partition stands, or `nil` while that is unknown.
    mutating func plan(now: Duration, standing: (TopicPartition) -> Standing?) -> Change {
        let isStarving = now - lastPlenty > limits.starvation
        plannedAtBytes = bytes
        nextPlan = now + limits.interval
        guard circle.count > 2 * limits.window else { return restingCount > 0 ? fetchAll(now) : Change() }
        if restingCount == 0, isStarving { return Change() }
        var waiting = 0
        var known: Set<TopicPartition> = []
        var behind: [TopicPartition: Int] = [:]
        var done: [TopicPartition] = []
        for (name, place) in places where place.isFetched {
            // A partition that is paused before its first fetch response could forget where it was to begin.
            guard let standing = standing(name) else { continue }
            known.insert(name)
            let left = waitingBytes(place, standing)
            waiting += left
            if left > 0 { behind[name] = left }
            if isDone(place, left, now) { done.append(name) }
        }
        if restingCount == 0 {
            guard behind.count > 2 * limits.window, waiting > 2 * limits.waitingBytes else {
                return Change()
            }
            return narrow(to: behind, of: known, now)
        }
        if isStarving || waiting < limits.waitingBytes {
            window *= 2
            done = []
        } else if done.count < limits.leastChange {
            return Change()
        }
        return turn(done, now)
    }

    /// Keeps a window of partitions that are behind, large enough to have enough waiting, and lets all others rest.
    ///
    /// Partitions that have brought records already are kept first.
    private mutating func narrow(to behind: [TopicPartition: Int], of known: Set<TopicPartition>, _ now: Duration)
        -> Change
    {
        let candidates = circle.filter { behind[$0] != nil }
        let inOrder = candidates.filter { places[$0]?.next != nil } + candidates.filter { places[$0]?.next == nil }
        var kept: Set<TopicPartition> = []
        var waiting = 0
        for name in inOrder where kept.count < limits.window || waiting < 2 * limits.waitingBytes {
            kept.insert(name)
            waiting += behind[name] ?? 0
            begin(name, now)
        }
        window = kept.count
        let change = Change(pause: circle.filter { known.contains($0) && !kept.contains($0) })
        for name in change.pause { rest(name) }
        cursor = 0
        return change
    }

    private mutating func turn(_ done: [TopicPartition], _ now: Duration) -> Change {
        var change = Change()
        var free = window - (circle.count - restingCount - done.count)
        for _ in circle.indices where free > 0 {
            let name = circle[cursor]
            cursor = (cursor + 1) % circle.count
            guard places[name]?.isFetched == false else { continue }
            begin(name, now)
            change.resume.append(name)
            free -= 1
        }
        // When no partition waits for a place, none has to give its own up.
        guard restingCount > 0 else { return change }
        change.pause = done
        for name in done { rest(name) }
        return change
    }

    private mutating func fetchAll(_ now: Duration) -> Change {
        let change = Change(resume: circle.filter { places[$0]?.isFetched == false })
        for name in change.resume { begin(name, now) }
        return change
    }

    private mutating func begin(_ name: TopicPartition, _ now: Duration) {
        if places[name]?.isFetched == false { restingCount -= 1 }
        places[name]?.isFetched = true
        places[name]?.turnBytes = 0
        places[name]?.beganAt = now
        places[name]?.beganAtBytes = bytes
    }

    private mutating func rest(_ name: TopicPartition) {
        if places[name]?.isFetched == true { restingCount += 1 }
        places[name]?.isFetched = false
    }

    private func waitingBytes(_ place: Place, _ standing: Standing) -> Int {
        let left = max(0, standing.end - max(place.next ?? standing.start, standing.start))
        return Int(min(Double(left) * max(1, Double(bytes) / Double(max(1, offsets))), 1e15))
    }

    private func isDone(_ place: Place, _ left: Int, _ now: Duration) -> Bool {
        // What waits may belong to aborted transactions, and never come.
        if left > 0 {
            return place.turnBytes >= limits.turnBytes
                || place.turnBytes == 0 && bytes - place.beganAtBytes >= limits.patienceBytes
        }
        return place.turnBytes > 0 || now - place.beganAt >= limits.listening
            || bytes - place.beganAtBytes >= limits.waitingBytes
    }
}
