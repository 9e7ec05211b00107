import Converters
import Logging
import Metrics
import SinkConfiguration
import Testing

@testable import Sink

@Suite("A partition's encoder")
struct PartitionEncoderTests {
    private func records(_ offsets: some Sequence<Int64>) -> [LaneFixture.Record] {
        offsets.map { .init($0, "{\"n\":\($0)}") }
    }

    private func append(_ records: [LaneFixture.Record], to encoder: PartitionEncoder) {
        encoder.append(LaneFixture.Records(records), records.indices)
    }

    @Test("seals a range from the first row to the last record read")
    func ranges() throws {
        let fixture = try LaneFixture()
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([.init(3, nil), .init(4, "null")] + records([5, 7]) + [.init(9, nil)], to: encoder)
        #expect(partition.committable == 5)
        encoder.seal(.age)
        #expect(fixture.sealed.map(\.slices[0].range) == [OffsetRange(lower: 5, upper: 10)])
        #expect(fixture.sealed[0].rows == 2 && fixture.sealed[0].reason == .age)
        #expect(partition.committable == 5)
        fixture.sealed[0].settle()
        #expect(partition.committable == 10)
        encoder.seal(.age)
        #expect(fixture.sealed.count == 1)
    }

    @Test("advances over records without rows, which no batch holds")
    func nothingToWrite() throws {
        let fixture = try LaneFixture()
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([.init(8, nil), .init(9, "[]")], to: encoder)
        #expect(partition.committable == 10 && encoder.openBatch == nil)
        #expect(fixture.buffers.tails.used == 0)
        #expect(fixture.registry.render().contains(#"records_skipped_total{connector="s",database="D",table="T"} 2"#))
    }

    @Test("makes batches of the size that is wanted, whose ranges touch")
    func sizes() throws {
        let fixture = try LaneFixture(policy: BatchPolicy(maximumBytes: 20))
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append(records(0..<7), to: encoder)
        #expect(fixture.sealed.map(\.slices[0].range) == [.init(lower: 0, upper: 3), .init(lower: 3, upper: 6)])
        #expect(fixture.sealed.allSatisfy { $0.reason == .size })
        #expect(partition.committable == 0)
        for batch in fixture.sealed.reversed() { batch.settle() }
        #expect(partition.committable == 6)
    }

    @Test("makes a batch of each message of format raw")
    func raw() throws {
        let fixture = try LaneFixture(format: .raw)
        let encoder = PartitionEncoder(partition: fixture.partition(), context: fixture.context)
        append([.init(0, "a\nb"), .init(1, nil), .init(2, "\"c")], to: encoder)
        #expect(try fixture.sealed.map { try fixture.text($0.body) } == ["a\nb", "\"c"])
        #expect(fixture.sealed.map(\.slices[0].range) == [.init(lower: 0, upper: 1), .init(lower: 2, upper: 3)])
        #expect(fixture.sealed.allSatisfy { $0.reason == .singleMessage && $0.rows == 1 })
    }

    @Test("stops at a record that cannot be converted, and commits nothing of it")
    func conversionError() throws {
        let fixture = try LaneFixture()
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([.init(4, nil), .init(5, "5")] + records([6]), to: encoder)
        #expect(partition.committable == 5)
        let failure = try #require(fixture.stop.failure)
        #expect(failure.code == .conversion)
        #expect(
            failure.message
                == "the value of the record at topic t partition 0 offset 5 could not be converted: the value is a JSON "
                + "number, but format=json takes a JSON object, an array of objects, or a string that holds one of these; "
                + "correct the producer, or map the topic with a format that takes such values, as txt does; "
                + "errors.tolerance=all skips such records, and errors.deadletterqueue.topic.name keeps them"
        )
        append(records([6]), to: encoder)
        encoder.seal(.stop)
        #expect(partition.committable == 5 && fixture.sealed.isEmpty)
        #expect(fixture.registry.render().contains(#"records_skipped_total{connector="s",database="D",table="T"} 1"#))
        #expect(fixture.registry.render().contains(#"recordsfailed_total{connector="s",database="D",table="T"} 1"#))
    }

    @Test("commits what came before a record that cannot be converted, once it is done")
    func conversionErrorWithinBatch() throws {
        let fixture = try LaneFixture()
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append(records([1, 2]) + [.init(4, "x")], to: encoder)
        encoder.seal(.stop)
        #expect(fixture.sealed.map(\.slices[0].range) == [OffsetRange(lower: 1, upper: 4)])
        fixture.sealed[0].settle()
        #expect(partition.committable == 4)
    }

    @Test("passes over records that cannot be converted, and logs each, when that is wanted")
    func toleration() throws {
        let fixture = try LaneFixture(skips: true)
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append(records([1]) + [.init(2, "[1]", timestamp: 77)] + records([3]) + [.init(4, "{")], to: encoder)
        encoder.seal(.age)
        #expect(fixture.sealed.map(\.slices[0].range) == [OffsetRange(lower: 1, upper: 5)])
        #expect(try fixture.text(fixture.sealed[0].body) == "{\"n\":1}\n{\"n\":3}\n")
        #expect(fixture.stop.failure == nil)
        let lines = fixture.log.entries.filter { $0.message.hasPrefix("Error encountered in task s-0.") }
        #expect(lines.map { $0.metadata["kafka.offset"] } == ["2", "4"])
        #expect(lines[0].message.contains("timestamp=77") && !lines[1].message.contains("timestamp="))
        #expect(lines[0].metadata["error"]?.contains("a JSON array that holds something other than objects") == true)
    }

    @Test("refuses offsets that go back, and those that no offset can follow", arguments: [4, 0, -5, Int64.max])
    func order(offset: Int64) throws {
        let fixture = try LaneFixture()
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append(records([4]), to: encoder)
        append(records([offset, 9]), to: encoder)
        #expect(fixture.stop.failure?.code == .kafka)
        encoder.seal(.stop)
        fixture.sealed[0].settle()
        #expect(partition.committable == 5)
    }

    @Test("knows nothing of where the partition stands when the first record is refused", arguments: [-1, Int64.max])
    func firstRefused(offset: Int64) throws {
        let fixture = try LaneFixture()
        let partition = fixture.partition()
        append(records([offset]), to: PartitionEncoder(partition: partition, context: fixture.context))
        #expect(partition.committable == nil && fixture.stop.failure != nil)
    }

    @Test("reads nothing for a partition that went to somebody else, and forgets its batch")
    func abandoned() throws {
        let fixture = try LaneFixture()
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append(records([1]), to: encoder)
        partition.abandon()
        append(records([2]), to: encoder)
        #expect(partition.committable == 1)
        encoder.discard()
        encoder.seal(.revoke)
        #expect(fixture.sealed.isEmpty && fixture.buffers.tails.used == 0)
    }
}
