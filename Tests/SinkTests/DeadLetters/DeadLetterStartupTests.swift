import Kafka
import SinkConfiguration
import Testing

@testable import Sink

@Suite("Dead-letter topics at the start", .timeLimit(.minutes(5)))
struct DeadLetterStartupTests {
    private func problems(_ fixture: DeadLetterFixture, clock: SinkClock = .system) async throws -> [StartupProblem] {
        // Connects first, however busy the machine is: the checks are about answers.
        for producer in fixture.producers.distinct {
            _ = try KafkaAdmin(producer.client).topics(timeout: .seconds(60))
        }
        return await DeadLetterStartupCheck(fixture.producers, creates: true).run(
            timeout: .seconds(60),
            clock: clock,
            stop: StopSignal()
        ).problems
    }

    @Test("topics that are there are taken as they are")
    func present() async throws { #expect(try await problems(DeadLetterFixture()) == []) }

    @Test("a topic that is not allowed is told at once, with the rights to grant", arguments: ["dead", "misc"])
    func refused(topic: String) async throws {
        let fixture = try DeadLetterFixture()
        fixture.cluster.setFailure(of: topic, to: .authorization)
        let found = try await problems(fixture)
        #expect(found.map(\.cause) == [.service])
        let prefix = topic == "dead" ? "errors" : "misc"
        for part in ["\(prefix).deadletterqueue.topic.name: topic \(topic) at", "grant the user the rights"] {
            #expect(found.first?.message.contains(part) == true, "\(found)")
        }
    }

    @Test("a topic whose partition has no leader is waited for")
    func waits() async throws {
        let fixture = try DeadLetterFixture()
        fixture.cluster.setFailure(of: "misc", to: .leaderNotAvailable)
        let sleeps = CallCount()
        let clock = SinkClock(
            now: SinkClock.system.now,
            wallMilliseconds: SinkClock.system.wallMilliseconds,
            sleep: { [cluster = fixture.cluster] _ in
                sleeps.call()
                cluster.setFailure(of: "misc", to: nil)
            }
        )
        #expect(try await problems(fixture, clock: clock) == [])
        #expect(sleeps.count > 0)
    }

    @Test("queues that are not configured ask for nothing")
    func none() async throws {
        let producers = try DeadLetterProducers(StartupSamples.settings().errors, logger: StartupSamples.logger)
        let check = DeadLetterStartupCheck(producers, creates: true)
        #expect(await check.run(timeout: .seconds(60), clock: .system, stop: StopSignal()) == [])
    }
}
