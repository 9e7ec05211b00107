/// The faults that are set, and the decision which of them strike.
///
/// Each matching fault is asked in the order of addition. Delays add up; the first of the other kinds decides, and the
/// faults after it are neither asked nor counted down. A fault whose count or time is used up goes away by itself.
struct FaultTable: Sendable {
    /// What an event suffers.
    struct Outcome: Sendable, Equatable {
        /// How long to wait first, in milliseconds.
        var delayMilliseconds = 0
        /// What happens then; `nil` for nothing unusual.
        var kind: Fault.Kind?
    }

    /// A fault in force.
    struct Entry: Sendable {
        /// Its number, for listing and clearing.
        let id: Int
        /// What was asked for.
        let fault: Fault
        /// How often it struck.
        var struck = 0
        fileprivate var seen = 0
        fileprivate var random: UInt64
        fileprivate let expires: Int64?
    }

    /// The faults in force, oldest first.
    private(set) var entries: [Entry] = []
    private var nextID = 1

    /// Adds a fault; `now` in ticks.
    /// - Returns: Its number.
    mutating func add(_ fault: Fault, now: Int64) -> Int {
        defer { nextID += 1 }
        let expires = fault.duration.map { now + min(Self.ticks($0), DateTimeText.maximum) }
        entries.append(Entry(id: nextID, fault: fault, random: fault.seed, expires: expires))
        return nextID
    }

    /// Removes one fault, or all.
    mutating func remove(_ id: Int? = nil) {
        entries.removeAll { id == nil || $0.id == id }
    }

    /// Decides what an event suffers; `now` in ticks.
    mutating func strike(_ event: FaultEvent, now: Int64) -> Outcome {
        var outcome = Outcome()
        entries.removeAll { $0.expires.map { $0 <= now } ?? false }
        for index in entries.indices where Self.matches(entries[index].fault, event) {
            // What the data hold shows only when they are read.
            if case .reject = entries[index].fault.kind { continue }
            guard Self.strikes(&entries[index]) else { continue }
            guard case .delay(let milliseconds) = entries[index].fault.kind else {
                outcome.kind = entries[index].fault.kind
                break
            }
            outcome.delayMilliseconds += milliseconds
        }
        entries.removeAll { entry in entry.fault.count.map { entry.struck >= $0 } ?? false }
        return outcome
    }

    /// The faults that refuse an event's data for what they hold; `now` in ticks.
    mutating func rejections(of event: FaultEvent, now: Int64) -> [Rejection] {
        entries.removeAll { $0.expires.map { $0 <= now } ?? false }
        return entries.compactMap { entry in
            guard Self.matches(entry.fault, event), case .reject(let data, let code, let isPermanent) = entry.fault.kind
            else { return nil }
            return Rejection(fault: entry.id, data: Array(data.utf8), code: .init(code, isPermanent: isPermanent))
        }
    }

    /// Counts a fault whose text was found; returns whether it strikes this time.
    mutating func found(_ id: Int) -> Bool {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return false }
        let strikes = Self.strikes(&entries[index])
        if let count = entries[index].fault.count, entries[index].struck >= count { entries.remove(at: index) }
        return strikes
    }

    private static func matches(_ fault: Fault, _ event: FaultEvent) -> Bool {
        if let endpoint = fault.endpoint, endpoint != event.endpoint { return false }
        if let account = fault.account, account != event.account { return false }
        if let method = fault.method, method.uppercased() != event.method { return false }
        if let text = fault.contains, !event.text.contains(text) { return false }
        return true
    }

    private static func strikes(_ entry: inout Entry) -> Bool {
        entry.seen += 1
        guard entry.seen > entry.fault.after else { return false }
        if entry.fault.probability < 1, uniform(&entry.random) >= entry.fault.probability { return false }
        entry.struck += 1
        return true
    }

    private static func ticks(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (ticks, overflow) = seconds.multipliedReportingOverflow(by: DateTimeText.ticksPerSecond)
        return overflow ? .max : ticks + attoseconds / 100_000_000_000
    }

    /// The next number from 0 to 1 (SplitMix64).
    private static func uniform(_ state: inout UInt64) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Double(bits >> 11) / Double(1 << 53)
    }
}
