import Foundation
import Glibc
import KafkaBroker
import KustoEmulator
import Testing

@Suite(
    "No record is lost",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME or KAFKA_BOOTSTRAP_SERVERS")
)
struct NoLossTests {
    /// ADX on a bad day.
    private func breakThings(_ cluster: EmulatedCluster) {
        _ = cluster.add(
            Fault(.answer(status: 503, body: nil, isPermanent: false), at: .blob, probability: 0.2, seed: 1)
        )
        _ = cluster.add(Fault(.cut(afterBytes: nil), at: .blob, probability: 0.1, seed: 2))
        _ = cluster.add(Fault(.refuse, at: .blob, probability: 0.1, seed: 3))
        _ = cluster.add(Fault(.delay(milliseconds: 150), at: .queue, probability: 0.5, seed: 4))
        _ = cluster.add(
            Fault(.answer(status: 500, body: nil, isPermanent: false), at: .queue, probability: 0.1, seed: 5)
        )
        _ = cluster.add(Fault(.throttle(retryAfter: 1), at: .management, probability: 0.1, seed: 6))
    }

    private func report(_ harness: SinkHarness, _ what: String, _ produced: Int) throws {
        let (rows, distinct) = try harness.counts()
        let share = Double(rows - distinct) / Double(max(1, distinct)) * 100
        print("\(what): \(produced) records, \(rows) rows, \(String(format: "%.2f", share)) % duplicates")
        #expect(distinct == produced)
    }

    @Test("when the worker is killed at random moments while ADX fails", .timeLimit(.minutes(10)))
    func survivesKills() async throws {
        let kills = 20
        let harness = try SinkHarness("kill")
        breakThings(harness.cluster)
        let flow = Flow()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await flow.run(harness) }
            for _ in 0..<kills {
                let worker = try harness.worker(SinkHarness.diesSoon)
                try await worker.line(containing: "partitions assigned", within: .seconds(60))
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...2500)))
                worker.kill(SIGKILL)
                #expect(try await worker.exitCode(within: .seconds(60)) == 128 + SIGKILL)
            }
            flow.stop()
            try await group.waitForAll()
        }
        let last = try harness.worker()
        // A sink that was throttled sends a batch every 16 s at first, and is free again after 30.
        try await harness.arrival(of: flow.count, within: .seconds(240))
        try await harness.drained(within: .seconds(120))
        last.kill(SIGTERM)
        #expect(try await last.exitCode(within: .seconds(60)) == 0)
        try report(harness, "\(kills) kills", flow.count)
        #expect(try harness.offsets().allSatisfy { $0.committed == $0.end })
        await harness.close()
    }

    @Test("when workers come and go", .timeLimit(.minutes(10)), arguments: ["cooperative-sticky", "range"])
    func survivesRebalances(strategy: String) async throws {
        let harness = try SinkHarness("rebalance")
        breakThings(harness.cluster)
        let changes = ["consumer.override.partition.assignment.strategy": strategy]
        let flow = Flow()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await flow.run(harness) }
            let first = try harness.worker(changes)
            try await first.line(containing: "partitions assigned", within: .seconds(60))
            for _ in 0..<2 {
                let others = [try harness.worker(changes), try harness.worker(changes)]
                for other in others {
                    try await other.line(containing: "kafka.partitions=\"\(harness.topic): ", within: .seconds(60))
                }
                for other in others {
                    other.kill(SIGTERM)
                    #expect(try await other.exitCode(within: .seconds(60)) == 0, "\(other.output.suffix(5))")
                }
            }
            flow.stop()
            try await group.waitForAll()
            try await harness.arrival(of: flow.count, within: .seconds(240))
            try await harness.drained(within: .seconds(120))
            // Lost partitions would be read again from the last commit.
            #expect(!first.output.contains { $0.contains("partitions lost") })
            first.kill(SIGTERM)
            #expect(try await first.exitCode(within: .seconds(60)) == 0, "\(first.output.suffix(5))")
        }
        try report(harness, "1 → 3 → 1 workers, \(strategy)", flow.count)
        #expect(try harness.offsets().allSatisfy { $0.committed == $0.end })
        await harness.close()
    }

    @Test("when buffers are full again and again", .timeLimit(.minutes(10)))
    func survivesPauses() async throws {
        let count = 1_000_000
        let harness = try SinkHarness("pause")
        try await harness.produce(0..<count) { number in
            let first = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
            return String(first, radix: 36) + String(first.byteSwapped &* 0xBF58_476D_1CE4_E5B9, radix: 36)
        }
        // Storage fails and recovers, so that the small buffers fill up and empty again.
        let outage = Fault(.answer(status: 503, body: nil, isPermanent: false), at: .blob)
        _ = harness.cluster.add(outage)
        let worker = try harness.worker([
            "buffer.memory.bytes": "8388608", "buffer.disk.bytes": "0", "flush.size.bytes": "262144",
        ])
        for round in 1...3 {
            try await worker.line(containing: "buffers are full", times: round, within: .seconds(120))
            harness.cluster.clearFaults()
            // A sink that was throttled sends a batch every 16 s at first, and is free again after 30.
            try await worker.line(containing: "buffers are half empty", times: round, within: .seconds(120))
            if round < 3 { _ = harness.cluster.add(outage) }
        }
        try await harness.arrival(of: count, within: .seconds(240))
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(60)) == 0)
        let pauses = worker.output.count { $0.contains("buffers are full") }
        let (rows, distinct) = try harness.counts(below: count)
        print("\(count) records through \(pauses) pauses: \(rows) rows")
        #expect(pauses >= 3)
        #expect(rows == count && distinct == count)
        await harness.close()
    }

    @Test("when many partitions are behind and take turns", .timeLimit(.minutes(10)))
    func survivesTurns() async throws {
        let count = 300_000
        let harness = try SinkHarness("turns", partitions: 300)
        // Text that hardly shrinks, so that the first few of it fill the buffers.
        try await harness.produce(0..<count) { number in
            var state = UInt64(number)
            return (0..<12).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return String(state, radix: 36)
            }
            .joined()
        }
        let inTurn = "most partitions are behind"
        let changes = [
            "consumer.override.fetch.max.bytes": "1048576", "consumer.override.queued.max.messages.kbytes": "1024",
            "consumer.override.max.partition.fetch.bytes": "65536", "buffer.memory.bytes": "8388608",
            "buffer.disk.bytes": "1048576", "flush.interval.ms": "3000", "log.level": "DEBUG",
        ]
        // Nothing is accepted until the buffers are full, so that most is still waiting when turns are decided on.
        _ = harness.cluster.add(Fault(.answer(status: 503, body: nil, isPermanent: false), at: .blob))
        let first = try harness.worker(changes)
        try await first.line(containing: "buffers are full", within: .seconds(120))
        harness.cluster.clearFaults()
        try await first.line(containing: inTurn, within: .seconds(120))
        first.kill(SIGTERM)
        #expect(try await first.exitCode(within: .seconds(60)) == 0)
        let second = try harness.worker(changes)
        try await harness.arrival(of: count, within: .seconds(240))
        second.kill(SIGTERM)
        #expect(try await second.exitCode(within: .seconds(60)) == 0)
        let (rows, distinct) = try harness.counts(below: count)
        print("\(count) records of 300 partitions in turn: \(rows) rows")
        #expect(rows == count && distinct == count)
        #expect(try harness.offsets().allSatisfy { $0.committed == $0.end })
        await harness.close()
    }
}
