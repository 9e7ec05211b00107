import Converters
import Kafka
import Testing

@testable import Sink

@Suite("Records that find no room while they wait", .timeLimit(.minutes(3)))
struct DroppedRecordsTests {
    private static let text = "\"string\""
    /// More than half of what all waiting records may hold.
    private static let large = String(repeating: "x", count: 70 << 10)

    /// More than all of it.
    private static let huge = String(repeating: "x", count: 140 << 10)

    private let schemas = LaterSchemas()
    private let inbox = PollInbox()

    private func fixture() throws -> LaneFixture {
        let fixture = try LaneFixture(
            format: .txt,
            converter: .avro,
            skips: true,
            schemas: SchemaStores(values: schemas)
        )
        #expect(fixture.buffers.waitingLimit == 128 << 10)
        schemas.bring(1, Self.text)
        return fixture
    }

    private func append(_ records: [LaneFixture.Record], to encoder: PartitionEncoder) {
        encoder.append(LaneFixture.Records(records), 0..<records.count)
    }

    private func record(_ offset: Int64, _ schema: UInt8, _ text: String) -> LaneFixture.Record {
        LaneFixture.Record(offset, bytes: LaterSchemas.message(schema, text))
    }

    /// The rows of all sealed batches; large ones by their size.
    private func rows(_ fixture: LaneFixture) throws -> [String] {
        try fixture.sealed.flatMap { try fixture.text($0.body).split(separator: "\n") }
            .map { $0.count > 9 ? "\($0.count)" : String($0) }
    }

    @Test("are read again from the first of them, behind those that were kept, and never settled before")
    func readAgain() throws {
        let fixture = try fixture()
        let partition = fixture.partition(inbox: inbox)
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([record(0, 1, "a"), record(1, 2, Self.large)], to: encoder)
        append([record(3, 1, Self.large), record(4, 1, "d")], to: encoder)
        append([record(5, 1, "e")], to: encoder)
        #expect(fixture.buffers.pool.aside > Self.large.count)
        #expect(fixture.buffers.pool.aside <= fixture.buffers.waitingLimit)
        encoder.seal(.age)
        for batch in fixture.sealed { batch.settle() }
        #expect(partition.committable == 1)
        // What Kafka says about the partition's end is about records that the lane does not have.
        #expect(!partition.advance(over: 6, to: 7))

        #expect(inbox.takeReturns().isEmpty)
        schemas.bring(2, Self.text)
        encoder.goOn()
        let asked = inbox.takeReturns()
        #expect(asked.map(\.offset) == [2] && asked[0].partition === partition, "from the ledger's position")
        #expect(inbox.take()[.init(partition: partition.topicPartition, reason: .registry)] == false)
        #expect(fixture.buffers.pool.aside == 0)
        // On its way when the lane asked.
        append([record(6, 1, "f")], to: encoder)
        encoder.readAgain()
        append([record(3, 1, Self.large), record(4, 1, "d"), record(5, 1, "e"), record(6, 1, "f")], to: encoder)
        encoder.seal(.age)
        #expect(try rows(fixture) == ["a", "\(Self.large.count)", "\(Self.large.count)", "d", "e", "f"])
        for batch in fixture.sealed { batch.settle() }
        #expect(partition.committable == 7 && partition.isDrained && fixture.stop.failure == nil)
    }

    @Test("may be all of them, also the first ones of an assignment", arguments: [nil, 3])
    func all(start: Int64?) throws {
        let fixture = try fixture()
        let partition = fixture.partition(inbox: inbox)
        if let start { partition.begin(at: StartPosition(offset: start, committed: nil, end: nil, memo: "")) }
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        let records = [record(5, 2, Self.huge), record(6, 2, Self.large)]
        append(records, to: encoder)
        #expect(encoder.isWaiting && fixture.buffers.pool.aside == 0 && partition.committable == start)
        schemas.bring(2, Self.text)
        encoder.goOn()
        #expect(inbox.takeReturns().map(\.offset) == [start ?? 5])
        encoder.readAgain()
        append(records, to: encoder)
        encoder.seal(.age)
        #expect(try rows(fixture).count == 2 && !encoder.isWaiting)
    }

    @Test("wait until the last of those that were kept goes on, and may find no room again")
    func twice() throws {
        let fixture = try fixture()
        let partition = fixture.partition(inbox: inbox)
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([record(0, 2, "a"), record(1, 3, Self.large)], to: encoder)
        append([record(2, 1, Self.large)], to: encoder)
        schemas.bring(2, Self.text)
        encoder.goOn()
        #expect(encoder.isWaiting && inbox.takeReturns().isEmpty)
        schemas.bring(3, Self.text)
        encoder.goOn()
        #expect(inbox.takeReturns().map(\.offset) == [2])
        encoder.readAgain()
        append([record(2, 4, Self.huge), record(3, 1, Self.large)], to: encoder)
        #expect(encoder.isWaiting && schemas.waiting == 1)
        schemas.bring(4, Self.text)
        encoder.goOn()
        #expect(inbox.takeReturns().map(\.offset) == [2])
        encoder.readAgain()
        append([record(2, 4, "c"), record(3, 1, "d")], to: encoder)
        encoder.seal(.age)
        #expect(try rows(fixture) == ["a", "\(Self.large.count)", "c", "d"])
    }

    @Test("of one partition leave room to the others when they go on")
    func shares() throws {
        let fixture = try fixture()
        let encoders = (0..<3).map {
            PartitionEncoder(partition: fixture.partition($0, inbox: inbox), context: fixture.context)
        }
        for encoder in encoders { append([record(0, 2, Self.large)], to: encoder) }
        schemas.bring(2, Self.text)
        for encoder in encoders { encoder.goOn() }
        #expect(Set(inbox.takeReturns().map(\.partition.topicPartition.partition)) == [1, 2])
        #expect(encoders.map { $0.openBatch != nil } == [true, false, false])
    }

    @Test("are left to the partition's next owner", arguments: [SealReason.revoke, .stop])
    func leave(reason: SealReason) throws {
        let fixture = try fixture()
        let partition = fixture.partition(inbox: inbox)
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([record(5, 1, "a"), record(6, 2, "b")], to: encoder)
        append([record(7, 1, Self.large), record(8, 1, Self.large)], to: encoder)
        encoder.seal(reason)
        fixture.sealed[0].settle()
        #expect(!encoder.isWaiting && fixture.buffers.pool.aside == 0)
        schemas.bring(2, Self.text)
        encoder.goOn()
        // Nothing behind them may be taken, whatever still comes.
        append([record(9, 1, "e")], to: encoder)
        #expect(inbox.takeReturns().isEmpty && encoder.openBatch == nil)
        #expect(partition.committable == 6 && partition.isDrained)
        encoder.discard()
        #expect(try rows(fixture) == ["a"])
    }

    @Test("give their memory back when the partition is lost, or its log is another one")
    func discard() throws {
        let fixture = try fixture()
        let partition = fixture.partition(inbox: inbox)
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([record(0, 2, Self.large)], to: encoder)
        #expect(fixture.buffers.pool.aside > 0)
        encoder.discard()
        #expect(fixture.buffers.pool.aside == 0)
        #expect(inbox.take()[.init(partition: partition.topicPartition, reason: .registry)] == false)
    }
}
