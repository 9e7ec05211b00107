import Foundation
import Glibc
import KafkaBroker
import KustoEmulator
import Testing

@Suite(
    "The group moves partitions",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME or KAFKA_BOOTSTRAP_SERVERS")
)
struct GroupTests {
    private let assigned = "partitions assigned"

    /// Text that hardly shrinks.
    private static func noise(_ number: Int) -> String {
        (1...12).map { String(UInt64(number &* 31 &+ $0) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64($0) << 40, radix: 36) }
            .joined()
    }

    private func stop(_ worker: Program) async throws {
        worker.kill(SIGTERM)
        try await end(of: worker)
    }

    private func end(of worker: Program) async throws {
        #expect(try await worker.exitCode(within: .seconds(60)) == 0, "\(worker.output.suffix(5))")
    }

    @Test(
        "in a storm of members that come and go: nothing is lost, nothing is repeated",
        .timeLimit(.minutes(10)),
        arguments: ["cooperative-sticky", "range"]
    )
    func survivesStorm(strategy: String) async throws {
        let harness = try SinkHarness("storm")
        let changes = [
            "consumer.override.partition.assignment.strategy": strategy,
            // Members leave by themselves here; none must time out because the machine is busy.
            "consumer.override.session.timeout.ms": "30000",
        ]
        let flow = Flow()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await flow.run(harness) }
            let first = try harness.worker(changes)
            try await first.line(containing: assigned, within: .seconds(60))
            var previous: Program?
            for _ in 0..<4 {
                let next = try harness.worker(changes)
                try await next.line(containing: assigned, within: .seconds(60))
                // Each member leaves while the group still makes room for the next one. It is told once: a second
                // signal would end it before it has left the group.
                if let previous { try await end(of: previous) }
                next.kill(SIGTERM)
                previous = next
            }
            if let previous { try await end(of: previous) }
            flow.stop()
            try await group.waitForAll()
            try await harness.arrival(of: flow.count, within: .seconds(120))
            #expect(!first.output.contains { $0.contains("partitions lost") })
            try await stop(first)
        }
        let (rows, distinct) = try harness.counts()
        #expect(rows == flow.count && distinct == flow.count)
        #expect(try harness.offsets().allSatisfy { $0.committed == $0.end })
        await harness.close()
    }

    @Test("while consumption pauses because buffers are full", .timeLimit(.minutes(10)))
    func survivesWhilePaused() async throws {
        let count = 150_000
        let harness = try SinkHarness("paused")
        let changes = ["buffer.memory.bytes": "8388608", "buffer.disk.bytes": "0"]
        _ = harness.cluster.add(Fault(.answer(status: 503, body: nil, isPermanent: false), at: .blob))
        try await harness.produce(0..<count, body: Self.noise)
        let first = try harness.worker(changes)
        try await first.line(containing: "buffers are full", within: .seconds(120))
        let second = try harness.worker(changes)
        // What is revoked cannot be ingested now, and is left to the other member.
        try await second.line(containing: "kafka.partitions=\"\(harness.topic): ", within: .seconds(120))
        harness.cluster.clearFaults()
        // A sink that was throttled sends a batch every 16 s at first, and is free again after 30.
        try await harness.arrival(of: count, within: .seconds(240))
        try await harness.drained(within: .seconds(120))
        try await stop(first)
        try await stop(second)
        #expect(try harness.counts(below: count).distinct == count)
        await harness.close()
    }

    @Test("away from a member that was stopped for longer than max.poll.interval.ms", .timeLimit(.minutes(4)))
    func survivesFrozenMember() async throws {
        let harness = try SinkHarness("frozen")
        let interval = Duration.seconds(6)
        let changes = [
            "consumer.override.max.poll.interval.ms": "6000", "consumer.override.session.timeout.ms": "3000",
        ]
        let frozen = try harness.worker(changes)
        try await frozen.line(containing: assigned, within: .seconds(60))
        try await harness.produce(0..<5000)
        try await harness.arrival(of: 5000, within: .seconds(60))
        // The member holds some of these when it stops.
        try await harness.produce(5000..<10_000)
        frozen.kill(SIGSTOP)
        let stopped = ContinuousClock.now
        let other = try harness.worker(changes)
        try await harness.produce(10_000..<15_000)
        // These arrive only if the other member has every partition.
        try await harness.arrival(of: 15_000, within: .seconds(60))
        try await Task.sleep(until: stopped + interval, clock: .continuous)
        frozen.kill(SIGCONT)
        try await frozen.line(containing: assigned, times: 2, within: .seconds(60))
        try await harness.produce(15_000..<20_000)
        try await harness.arrival(of: 20_000, within: .seconds(60))
        try await harness.drained(within: .seconds(60))
        try await stop(frozen)
        try await stop(other)
        #expect(try harness.counts(below: 20_000).distinct == 20_000)
        #expect(try harness.offsets().allSatisfy { $0.committed == $0.end })
        await harness.close()
    }

    @Test("among the tasks of one process", .timeLimit(.minutes(4)))
    func sharesAmongTasks() async throws {
        let harness = try SinkHarness("tasks")
        let first = try harness.worker(SinkHarness.diesSoon.merging(["tasks.max": "3"]) { $1 })
        for task in 0..<3 {
            try await first.line(containing: "task=\(task)", within: .seconds(60))
        }
        try await harness.produce(0..<20_000)
        try await harness.arrival(of: 20_000, within: .seconds(60))
        first.kill(SIGKILL)
        #expect(try await first.exitCode(within: .seconds(60)) == 128 + SIGKILL)
        try await harness.produce(20_000..<40_000)
        let second = try harness.worker(["tasks.max": "3"])
        try await harness.arrival(of: 40_000, within: .seconds(90))
        // Each task has a share: eight partitions over three members. One that joins last may get its own when the others
        // have read everything.
        for task in 0..<3 {
            try await second.line("partitions of task \(task)", within: .seconds(60)) {
                $0.contains("kafka.partitions=\"\(harness.topic): ") && $0.hasSuffix("task=\(task)")
            }
        }
        try await harness.drained(within: .seconds(60))
        try await stop(second)
        #expect(try harness.counts(below: 40_000).distinct == 40_000)
        #expect(try harness.offsets().allSatisfy { $0.committed == $0.end })
        await harness.close()
    }
}
