import SinkConfiguration
import Testing

@testable import Operator

@Suite("Which lag is read when")
struct LagScheduleTests {
    private static let begin = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { Self.begin + .seconds(seconds) }

    private func key(_ number: Int) -> SinkKey { SinkKey(namespace: "data", name: "sink-\(number)") }

    private func finish(
        _ schedule: inout LagSchedule,
        _ round: LagSchedule.Round,
        _ outcome: Result<GroupLag, LagError>,
        at seconds: Double
    ) {
        let outcomes = Dictionary(uniqueKeysWithValues: round.requests.map { ($0.key, outcome) })
        schedule.finish(round, outcomes, at: at(seconds)) { _ in 0 }
    }

    private let lag = GroupLag(partitions: [.init(topic: "t", number: 0, committed: 5, start: 0, end: 5)])

    @Test("sinks of one cluster are read together, each in its interval, and never twice at once")
    func together() throws {
        var schedule = LagSchedule(places: 4)
        schedule.follow(key(0), .sample("a:1"), at: at(0))
        schedule.follow(key(1), .sample("a:1", group: "h", interval: .seconds(60)), at: at(0))
        let round = try #require(schedule.take(at: at(0)).first)
        #expect(round.requests.map(\.key) == [key(0), key(1)])
        #expect(round.requests.map(\.group) == ["g", "h"])
        #expect(schedule.take(at: at(100)).isEmpty)
        finish(&schedule, round, .success(lag), at: 1)
        #expect(schedule.latest(key(0))?.time == at(1))
        #expect(try schedule.latest(key(0))?.outcome.get() == lag)
        #expect(schedule.take(at: at(15)).isEmpty)
        let next = try #require(schedule.take(at: at(16)).first)
        #expect(next.requests.map(\.key) == [key(0)])
        finish(&schedule, next, .success(lag), at: 16)
        let both = try #require(schedule.take(at: at(61)).first)
        #expect(Set(both.requests.map(\.key)) == [key(0), key(1)])
    }

    @Test("clusters that do not answer wait longer each time, and never take all the places")
    func hungClusters() {
        var schedule = LagSchedule(places: 3)
        for number in 0..<3 { schedule.follow(key(number), .sample("hung-\(number):1"), at: at(0)) }
        var time = 0.0
        // Each takes 5 s and fails; two at a time at first, since nobody knows them.
        let first = schedule.take(at: at(0))
        #expect(first.count == 2)
        for round in first { finish(&schedule, round, .failure(LagError("x")), at: 5) }
        let third = schedule.take(at: at(5))
        #expect(third.count == 1)
        finish(&schedule, third[0], .failure(LagError("x")), at: 10)
        #expect(schedule.take(at: at(19)).isEmpty)
        time = 30
        let again = schedule.take(at: at(time))
        #expect(again.count == 2, "one place is left for clusters that answer")
        schedule.follow(key(9), .sample("good:1"), at: at(time))
        #expect(schedule.take(at: at(time)).isEmpty, "nobody knows yet whether it answers")
        finish(&schedule, again[0], .failure(LagError("x")), at: 35)
        // It comes before the one that has failed and waits for longer.
        let good = schedule.take(at: at(35))
        #expect(good.map(\.cluster) == [LagConnection.sample("good:1").cluster])
        finish(&schedule, good[0], .success(lag), at: 36)
        // Failed twice: it waits 30 s now, so the third comes first.
        let others = schedule.take(at: at(36))
        #expect(others.count == 1 && !again.map(\.cluster).contains(others[0].cluster))
        // And the place that is left is the good one's.
        #expect(schedule.take(at: at(51)).map(\.cluster) == good.map(\.cluster))
    }

    @Test(
        "sixty clusters of another namespace that take all the time delay nobody, whatever they answer",
        arguments: [true, false]
    )
    func tarpits(_ answersInPart: Bool) {
        var schedule = LagSchedule(places: 4)
        let honest = SinkKey(namespace: "good", name: "good")
        for number in 0..<60 { schedule.follow(key(number), .sample("tarpit-\(number):1"), at: at(0)) }
        schedule.follow(honest, .sample("good:1"), at: at(1))
        let nothing = GroupLag(partitions: [], unknownPartitions: 5000)
        var part = lag
        part.unknownPartitions = 5000
        var running: [(end: Double, round: LagSchedule.Round)] = []
        var reads: [Double] = []
        var time = 1.0
        while time < 3600 {
            for entry in running where entry.end <= time {
                let isHonest = entry.round.requests.contains { $0.key == honest }
                let outcome = isHonest ? lag : answersInPart ? part : nothing
                // Once a broker of its own is away, as happens to everybody.
                let fails = isHonest && reads.count == 20
                finish(&schedule, entry.round, fails ? .failure(LagError("x")) : .success(outcome), at: time)
            }
            running.removeAll { $0.end <= time }
            for round in schedule.take(at: at(time)) {
                let isHonest = round.requests.contains { $0.key == honest }
                if isHonest { reads.append(time) }
                running.append((time + (isHonest ? 1 : 30), round))
            }
            time += 0.5
        }
        #expect(reads.first ?? .infinity < 35)
        #expect(zip(reads, reads.dropFirst()).allSatisfy { $1 - $0 <= 50 }, "\(reads)")
        #expect(reads.count > 200)
    }

    @Test("a round that takes all its time for many sinks that it reads is no failure, but one for few is")
    func fullRounds() throws {
        for (count, isSlow) in [(40, false), (3, true)] {
            var schedule = LagSchedule(places: 4)
            for number in 0..<100 { schedule.follow(key(number), .sample("a:1", group: "g-\(number)"), at: at(0)) }
            let round = try #require(schedule.take(at: at(0)).first)
            let outcomes = Dictionary(
                uniqueKeysWithValues: round.requests.prefix(count).map { ($0.key, Result<_, LagError>.success(lag)) }
            )
            schedule.finish(round, outcomes, at: at(30)) { _ in 0 }
            #expect(schedule.take(at: at(30)).isEmpty == isSlow)
            #expect(schedule.take(at: at(45)).isEmpty != isSlow)
        }
    }

    @Test("a cluster that is refused for good is asked again after an hour, or with other properties")
    func lasting() throws {
        var schedule = LagSchedule(places: 3)
        schedule.follow(key(0), .sample("a:1"), at: at(0))
        let round = try #require(schedule.take(at: at(0)).first)
        finish(&schedule, round, .failure(LagError("3000 brokers", isLasting: true)), at: 0)
        #expect(schedule.take(at: at(3599)).isEmpty)
        #expect(schedule.take(at: at(3600)).count == 1)
        schedule.follow(key(0), .sample("b:1"), at: at(3600))
        #expect(schedule.take(at: at(3600)).count == 1)
    }

    @Test("a cluster that answers again is read in its interval again")
    func recovery() throws {
        var schedule = LagSchedule(places: 2)
        schedule.follow(key(0), .sample("a:1"), at: at(0))
        var time = 0.0
        for wait in [15.0, 30, 60, 120, 120] {
            let round = try #require(schedule.take(at: at(time)).first)
            finish(&schedule, round, .failure(LagError("x")), at: time)
            #expect(schedule.take(at: at(time + wait - 0.5)).isEmpty)
            time += wait
        }
        let round = try #require(schedule.take(at: at(time)).first)
        finish(&schedule, round, .success(lag), at: time)
        #expect(schedule.take(at: at(time + 14)).isEmpty)
        #expect(schedule.take(at: at(time + 15)).count == 1)
    }

    @Test("sinks for which a round had no time come first in the next")
    func notReached() throws {
        var schedule = LagSchedule(places: 1)
        for number in 0..<3 { schedule.follow(key(number), .sample("a:1"), at: at(0)) }
        let round = try #require(schedule.take(at: at(0)).first)
        schedule.finish(round, [key(0): .success(lag)], at: at(1)) { _ in 0 }
        let next = try #require(schedule.take(at: at(1)).first)
        #expect(next.requests.map(\.key) == [key(1), key(2)])
    }

    @Test("what was read for a place that is not followed any more is thrown away")
    func changed() throws {
        var schedule = LagSchedule(places: 1)
        schedule.follow(key(0), .sample("a:1"), at: at(0))
        let round = try #require(schedule.take(at: at(0)).first)
        schedule.follow(key(0), .sample("a:1", group: "other"), at: at(0.5))
        finish(&schedule, round, .success(lag), at: 1)
        #expect(schedule.latest(key(0)) == nil)
        let next = try #require(schedule.take(at: at(1)).first)
        #expect(next.requests.map(\.group) == ["other"])
        schedule.forget(key(0))
        finish(&schedule, next, .success(lag), at: 2)
        #expect(schedule.latest(key(0)) == nil && schedule.take(at: at(1000)).isEmpty)
        #expect(!schedule.isUsed(round.cluster))
    }

    @Test("following again with the same connection changes nothing, a shorter interval takes effect")
    func followAgain() throws {
        var schedule = LagSchedule(places: 1)
        schedule.follow(key(0), .sample("a:1", interval: .seconds(60)), at: at(0))
        let round = try #require(schedule.take(at: at(0)).first)
        finish(&schedule, round, .success(lag), at: 0)
        for _ in 0..<5 { schedule.follow(key(0), .sample("a:1", interval: .seconds(60)), at: at(1)) }
        #expect(schedule.latest(key(0)) != nil && schedule.take(at: at(30)).isEmpty)
        schedule.follow(key(0), .sample("a:1", interval: .seconds(15)), at: at(30))
        #expect(schedule.take(at: at(44)).isEmpty)
        #expect(schedule.take(at: at(45)).count == 1)
    }

    @Test("committed offsets are believed for five minutes while nothing comes")
    func believed() throws {
        var schedule = LagSchedule(places: 1)
        schedule.follow(key(0), .sample("a:1"), at: at(0))
        var time = 0.0
        var asked: [Double] = []
        for _ in 0..<45 {
            let round = try #require(schedule.take(at: at(time)).first)
            if round.requests[0].recent == nil { asked.append(time) }
            finish(&schedule, round, .success(lag), at: time)
            time += 15
        }
        #expect(asked == [0, 300, 600])
    }

    @Test("sinks that differ only in their names share a client, those with other credentials do not")
    func clusters() {
        let (first, second) = (LagConnection.sample("a:1"), LagConnection.sample("a:1", group: "h"))
        #expect(first.cluster == second.cluster)
        #expect(first.cluster != LagConnection.sample("a:1", password: "x").cluster)
        #expect(
            LagConnection.sample("a:1", password: "x").cluster != LagConnection.sample("a:1", password: "y").cluster
        )
        #expect(!"\(LagConnection.sample("a:1", password: "hunter2"))".contains("hunter2"))
    }
}
