/// The rules of a work queue, without a clock, a lock or a task.
///
/// A key is in one of five places:
///
/// | place | means | leaves by |
/// |---|---|---|
/// | nowhere | nobody asks for it | ``add(_:now:)``, ``add(_:due:)`` |
/// | delayed | somebody asks for it later | ``promote(now:)``, or sooner by ``add(_:now:)`` |
/// | in line | it is to be worked on, first come first served | ``take(now:)`` |
/// | worked on | a worker has it | ``done(_:)`` |
/// | worked on and dirty | it was asked for again meanwhile, and joins the line at ``done(_:)`` | ``done(_:)`` |
///
/// So requests for one key are merged, and a key is never worked on twice at once. The queue needs no bound of its own:
/// it holds each key at most once.
///
/// At most ``limit`` keys are worked on at a time. A worker that hangs can be abandoned: its key stays taken, but no
/// longer counts against the limit.
struct WorkQueueMachine<Key: Hashable & Sendable>: Sendable {
    /// How long failures of one key, and retries of all keys together, are held back.
    struct RetryPolicy: Sendable {
        /// The delay after the first failure of a key; it doubles with each further one.
        var baseDelay = Duration.milliseconds(5)
        /// The longest delay.
        var maximumDelay = Duration.seconds(300)
        /// By how much of itself a delay may be shortened at random, so that keys that fail together part.
        var jitter = 0.1
        /// How many retries a second all keys together may make in the long run.
        var retriesPerSecond = 10.0
        /// How many retries may be made at once after a calm time.
        var burst = 100.0
    }

    /// How many keys are worked on at a time.
    let limit: Int
    private let policy: RetryPolicy

    private var dirty: Set<Key> = []
    private var line: [Key] = []
    private var lineStart = 0
    private var lineTimes: [Key: Duration] = [:]
    private var taken: [Key: Duration] = [:]
    private var abandoned: Set<Key> = []
    private var dueTimes: [Key: Duration] = [:]
    /// Sorted by time, the next one last.
    private var delayed: [(due: Duration, key: Key)] = []
    private var failures: [Key: Int] = [:]
    private var tokens: Double
    private var tokensTime = Duration.zero

    /// Creates an empty queue.
    init(limit: Int, policy: RetryPolicy = RetryPolicy()) {
        self.limit = limit
        self.policy = policy
        tokens = policy.burst
    }

    /// How many keys stand in line.
    var depth: Int { line.count - lineStart }
    /// When the next delayed key is due, or `nil` when none is.
    var nextDue: Duration? { delayed.last?.due }
    /// The keys that are worked on, with the time at which they were taken.
    var running: [Key: Duration] { taken }

    /// Asks for a key now.
    /// - Returns: Whether the request is new; `false` when it merged with one that was waiting.
    mutating func add(_ key: Key, now: Duration) -> Bool {
        guard dirty.insert(key).inserted else { return false }
        if taken[key] == nil { append(key, now: now) }
        return true
    }

    /// Asks for a key at a later time; of several requests the earliest holds.
    mutating func add(_ key: Key, due: Duration) {
        if let known = dueTimes[key] {
            guard due < known else { return }
            removeDelayed(key, at: known)
        }
        dueTimes[key] = due
        delayed.insert((due, key), at: insertionPoint(due))
    }

    /// Moves the delayed keys whose time has come into the line.
    /// - Returns: How many requests became new ones.
    mutating func promote(now: Duration) -> Int {
        var count = 0
        while let next = delayed.last, next.due <= now {
            delayed.removeLast()
            dueTimes[next.key] = nil
            if add(next.key, now: now) { count += 1 }
        }
        return count
    }

    /// Hands out the first key of the line, with how long it stood there; `nil` when none stands there or when as many
    /// as allowed are worked on.
    ///
    /// A delayed request for the key ends: whoever works on it says when to look again.
    mutating func take(now: Duration) -> (key: Key, waited: Duration)? {
        guard depth > 0, taken.count - abandoned.count < limit else { return nil }
        let key = line[lineStart]
        lineStart += 1
        if lineStart == line.count {
            line.removeAll(keepingCapacity: true)
            lineStart = 0
        } else if lineStart > 1024, lineStart * 2 > line.count {
            line.removeFirst(lineStart)
            lineStart = 0
        }
        dirty.remove(key)
        taken[key] = now
        if let due = dueTimes.removeValue(forKey: key) { removeDelayed(key, at: due) }
        return (key, now - (lineTimes.removeValue(forKey: key) ?? now))
    }

    /// Ends the work on a key; it joins the line again if it was asked for meanwhile.
    /// - Returns: How long the work took, or `nil` when nobody worked on the key.
    mutating func done(_ key: Key, now: Duration) -> Duration? {
        guard let start = taken.removeValue(forKey: key) else { return nil }
        abandoned.remove(key)
        if dirty.contains(key) { append(key, now: now) }
        return now - start
    }

    /// Stops counting a key against the limit although the work on it has not ended.
    mutating func abandon(_ key: Key) {
        if taken[key] != nil { abandoned.insert(key) }
    }

    /// Counts a failure of a key and asks for it again after a delay.
    /// - Parameters:
    ///   - random: A number from 0 to below 1.
    ///   - atLeast: A wait that the peer asked for.
    /// - Returns: The delay.
    mutating func retry(_ key: Key, now: Duration, random: Double, atLeast: Duration = .zero) -> Duration {
        let count = failures[key, default: 0]
        failures[key] = count + 1
        let doubled = count < 40 ? min(policy.baseDelay * (1 << count), policy.maximumDelay) : policy.maximumDelay
        let delay = max(doubled * (1 - policy.jitter * random), tokenDelay(now: now), atLeast)
        add(key, due: now + delay)
        return delay
    }

    /// How often a key has failed in a row.
    func failureCount(_ key: Key) -> Int { failures[key, default: 0] }

    /// Forgets that a key has failed.
    mutating func forget(_ key: Key) { failures[key] = nil }

    /// Takes one token of the bucket, and says how long its owner has to wait for it.
    private mutating func tokenDelay(now: Duration) -> Duration {
        tokens = min(policy.burst, tokens + (now - tokensTime) / .seconds(1) * policy.retriesPerSecond)
        tokensTime = now
        tokens -= 1
        return tokens >= 0 ? .zero : .seconds(-tokens / policy.retriesPerSecond)
    }

    private mutating func append(_ key: Key, now: Duration) {
        line.append(key)
        lineTimes[key] = now
    }

    /// Where a time belongs in ``delayed``: before those that are due earlier, and before those due at the same time,
    /// which so keep their order.
    private func insertionPoint(_ due: Duration) -> Int {
        var low = 0
        var high = delayed.count
        while low < high {
            let middle = (low + high) / 2
            if delayed[middle].due > due { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func removeDelayed(_ key: Key, at due: Duration) {
        var index = insertionPoint(due)
        while index < delayed.count, delayed[index].due == due {
            if delayed[index].key == key {
                delayed.remove(at: index)
                return
            }
            index += 1
        }
    }
}
