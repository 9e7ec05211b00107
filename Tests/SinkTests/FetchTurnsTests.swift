import Kafka
import Testing

@testable import Sink

@Suite("Turns of partitions to be fetched")
struct FetchTurnsTests {
    /// Partitions of records of 1,000 bytes, and a client that brings them from those that are fetched.
    private struct Log {
        var turns: FetchTurns
        var ends: [TopicPartition: Int64] = [:]
        var next: [TopicPartition: Int64] = [:]
        var unknown: Set<TopicPartition> = []
        var paused: Set<TopicPartition> = []
        var now = Duration.zero

        init(_ counts: [Int64], _ limits: FetchTurnLimits = Limits.small) {
            turns = FetchTurns(limits: limits)
            for (number, count) in counts.enumerated() { ends[Log.name(number)] = count }
            turns.add(counts.indices.map(Log.name))
        }

        /// Twenty partitions that have brought their first record.
        static func begun(_ count: Int64) -> Log {
            var log = Log(Array(repeating: count, count: 20))
            for name in log.fetched { log.bring(1, of: name) }
            return log
        }

        static func name(_ number: Int) -> TopicPartition { TopicPartition(topic: "t", partition: Int32(number)) }

        var fetched: [TopicPartition] {
            ends.keys.filter { !paused.contains($0) }.sorted { $0.partition < $1.partition }
        }

        /// Brings up to `records` of one partition.
        mutating func bring(_ records: Int64, of name: TopicPartition) {
            let from = next[name] ?? 0
            let to = min(from + records, ends[name] ?? 0)
            guard to > from, !paused.contains(name) else { return }
            next[name] = to
            turns.note(name, next: to, records: Int(to - from), bytes: Int(to - from) * 1000)
        }

        @discardableResult
        mutating func plan(isStarving: Bool = false) -> FetchTurns.Change {
            now += .milliseconds(100)
            if isStarving { now += .seconds(1) } else { turns.noteEnd(ofFullPoll: true, now) }
            let (ends, unknown) = (ends, unknown)
            let change = turns.plan(now: now) {
                unknown.contains($0) ? nil : (0, ends[$0] ?? 0)
            }
            #expect(paused.isDisjoint(with: change.pause), "paused twice")
            #expect(paused.isSuperset(of: change.resume), "resumed without need")
            paused.formUnion(change.pause)
            paused.subtract(change.resume)
            #expect(turns.restingCount == paused.count)
            #expect(ends.keys.allSatisfy { turns.isFetched($0) != paused.contains($0) })
            return change
        }

        var isDone: Bool { ends.allSatisfy { next[$0.key] ?? 0 == $0.value } }
    }

    private enum Limits {
        static var small: FetchTurnLimits {
            var limits = FetchTurnLimits(prefetchBytes: 20_000)
            limits.window = 4
            limits.patienceBytes = 300_000
            limits.turnBytes = 60_000
            limits.leastChange = 2
            return limits
        }
    }

    @Test("A few partitions are always fetched, however much they have")
    func few() {
        var log = Log(Array(repeating: 1000, count: 8))
        for name in log.fetched { log.bring(10, of: name) }
        #expect(log.plan().isEmpty)
    }

    @Test("Of many that are behind a window is fetched, first those that have begun")
    func narrows() {
        var log = Log(Array(repeating: 1000, count: 20))
        for number in [3, 7, 11] { log.bring(10, of: Log.name(number)) }
        log.plan()
        #expect(log.fetched == [0, 3, 7, 11].map(Log.name))
    }

    @Test("The window is as large as it takes to have enough waiting")
    func window() {
        // 10,000 bytes each, and 2 x 40,000 are wanted.
        var log = Log.begun(11)
        log.plan()
        #expect(log.fetched.count == 8)
    }

    @Test("With little waiting all are fetched")
    func littleWaits() {
        var log = Log.begun(3)
        #expect(log.plan().isEmpty)
    }

    @Test("What was not yet seen in a fetch response is not paused")
    func unknown() {
        var log = Log(Array(repeating: 1000, count: 20))
        for name in log.fetched.prefix(15) { log.bring(1, of: name) }
        log.unknown = [Log.name(18), Log.name(19)]
        log.plan()
        #expect(Set(log.fetched).isSuperset(of: log.unknown))
        log.now += .seconds(10)
        for name in log.fetched { log.bring(100, of: name) }
        log.plan()
        #expect(Set(log.fetched).isSuperset(of: log.unknown))
    }

    @Test("Every partition has its turn, and few are fetched meanwhile", arguments: [10, 45, 200] as [Int64])
    func everyTurn(records: Int64) {
        var log = Log((0..<40).map { records + Int64($0 % 7) })
        let all = log.ends.values.reduce(0, +)
        var most = 0
        var rounds = 0
        while !log.isDone, rounds < 10_000 {
            rounds += 1
            let sources = log.fetched.filter { log.next[$0] ?? 0 < log.ends[$0] ?? 0 }
            for name in sources.prefix(3) + sources.suffix(1) { log.bring(5, of: name) }
            log.plan(isStarving: sources.isEmpty)
            let isHalfDone = log.next.values.reduce(0, +) > all / 2
            if rounds > 1, !isHalfDone { most = max(most, log.fetched.count) }
        }
        let isDone = log.isDone
        #expect(isDone && most <= 16, "\(most) fetched, \(rounds) rounds")
        // With nothing left that waits all are fetched again, whatever comes.
        for _ in 0..<10 { log.plan() }
        let paused = log.paused.count
        #expect(paused == 0)
    }

    @Test("One that has brought its share waits for the others, though it has more")
    func shares() {
        var log = Log.begun(100_000)
        log.plan()
        let first = log.fetched
        for name in first.prefix(2) { log.bring(60, of: name) }
        log.plan()
        #expect(log.fetched == first.suffix(2) + [4, 5].map(Log.name))
    }

    @Test("One that has caught up is listened to in its turn, and not forever")
    func listens() {
        var log = Log.begun(100_000)
        log.plan()
        // The next two in the circle have caught up while they rested.
        for number in [4, 5] { log.ends[Log.name(number)] = 1 }
        for number in [0, 1] { log.bring(60, of: Log.name(number)) }
        log.plan()
        #expect(log.fetched == (2..<6).map(Log.name))
        log.plan()
        #expect(log.fetched == (2..<6).map(Log.name))
        log.now += .seconds(1)
        log.plan()
        #expect(log.fetched == [2, 3, 6, 7].map(Log.name))
    }

    @Test("One that brings nothing of what it is thought to have gives up its place")
    func patience() {
        var log = Log.begun(100_000)
        log.plan()
        for number in 0..<20 {
            // Nothing of partitions 0 and 1 ever comes.
            for name in log.fetched.filter({ $0.partition > 1 }) { log.bring(20, of: name) }
            log.plan()
            let isGivenUp = number >= 7
            #expect(log.fetched.contains(Log.name(0)) != isGivenUp, "round \(number)")
            if isGivenUp { break }
        }
    }

    @Test("When what waits does not come, more and more are fetched, and all in the end")
    func starves() {
        var log = Log.begun(1000)
        log.plan()
        #expect(log.fetched.count == 4)
        log.plan(isStarving: true)
        #expect(log.fetched.count == 8)
        log.plan(isStarving: true)
        log.plan(isStarving: true)
        #expect(log.paused.isEmpty)
        // All stay fetched while nothing comes.
        #expect(log.plan(isStarving: true).isEmpty)
        // A poll with many bytes is plenty, however few records they are.
        log.bring(70, of: Log.name(0))
        log.turns.noteEnd(ofFullPoll: false, log.now)
        log.turns.noteEnd(ofFullPoll: false, log.now + .milliseconds(90))
        let change = log.turns.plan(now: log.now + .milliseconds(100)) { [ends = log.ends] in (0, ends[$0] ?? 0) }
        #expect(change.pause.count == 16)
    }

    @Test("After a pause of everything a window is fetched at once: what could not come is not missing")
    func relief() {
        var log = Log.begun(1000)
        log.now += .seconds(60)
        #expect(log.plan(isStarving: true).isEmpty)
        log.turns.noteRelief(log.now)
        let change = log.turns.plan(now: log.now) { [ends = log.ends] in (0, ends[$0] ?? 0) }
        #expect(change.pause.count == 16)
    }

    @Test("Gaps in a log are not taken for records that wait")
    func gaps() {
        var log = Log(Array(repeating: 40_000, count: 20))
        // One record of 1,000 bytes in every 1,000 offsets: what is left is 39 records each.
        for name in log.fetched {
            log.turns.note(name, next: 1, records: 1, bytes: 1000)
            log.turns.note(name, next: 1001, records: 1, bytes: 1000)
            log.next[name] = 1001
        }
        log.plan()
        #expect(log.fetched.count == 4)
        var compacted = Log(Array(repeating: 2000, count: 20))
        for name in compacted.fetched {
            compacted.turns.note(name, next: 1, records: 1, bytes: 1000)
            compacted.turns.note(name, next: 1001, records: 1, bytes: 1000)
            compacted.next[name] = 1001
        }
        #expect(compacted.plan().isEmpty)
    }

    @Test("Partitions that go take their turn with them")
    func removal() {
        var log = Log.begun(1000)
        log.plan()
        let resting = log.paused.sorted { $0.partition < $1.partition }
        log.turns.remove(Array(resting.prefix(5)))
        for name in resting.prefix(5) {
            log.paused.remove(name)
            log.ends[name] = nil
        }
        #expect(log.turns.restingCount == 11)
        // Now no more are left than are always fetched.
        log.turns.remove(Array(resting.dropFirst(5).prefix(8)))
        for name in resting.dropFirst(5).prefix(8) {
            log.paused.remove(name)
            log.ends[name] = nil
        }
        log.plan()
        #expect(log.paused.isEmpty && log.ends.count == 7)
    }
}
