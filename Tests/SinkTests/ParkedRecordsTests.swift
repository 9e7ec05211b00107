import Avro
import Converters
import Kafka
import Synchronization
import Testing

@testable import Sink

@Suite("Records that wait", .timeLimit(.minutes(3)))
struct ParkedRecordsTests {
    private static let text = "\"string\""

    private let schemas = LaterSchemas()
    private let inbox = PollInbox()

    private func fixture(_ format: RecordFormat = .txt) throws -> LaneFixture {
        try LaneFixture(format: format, converter: .avro, skips: true, schemas: SchemaStores(values: schemas))
    }

    private func record(_ offset: Int64, _ schema: UInt8, _ text: String) -> LaneFixture.Record {
        LaneFixture.Record(offset, bytes: LaterSchemas.message(schema, text))
    }

    private func append(_ records: [LaneFixture.Record], to encoder: PartitionEncoder) {
        encoder.append(LaneFixture.Records(records), 0..<records.count)
    }

    private func request(_ partition: AssignedPartition, _ reason: PauseReason) -> Bool? {
        inbox.take()[PollInbox.Request(partition: partition.topicPartition, reason: reason)]
    }

    @Test("for a schema keep their order, pause their partition alone, and go on when it is there")
    func schema() throws {
        let fixture = try fixture()
        let gone = Mutex<[AssignedPartition]>([])
        fixture.context.goOn = { partition in gone.withLock { $0.append(partition) } }
        schemas.bring(1, Self.text)
        let partition = fixture.partition(inbox: inbox)
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([record(0, 1, "a"), record(1, 2, "b"), record(2, 1, "c")], to: encoder)
        append([record(3, 1, "d")], to: encoder)
        #expect(encoder.isWaiting && schemas.waiting == 1)
        #expect(request(partition, .registry) == true)
        encoder.seal(.age)
        #expect(try fixture.sealed.map { try fixture.text($0.body) } == ["a\n"])
        // Another partition of the lane goes on.
        let other = PartitionEncoder(partition: fixture.partition(1), context: fixture.context)
        append([record(7, 1, "z")], to: other)
        #expect(!other.isWaiting && other.openBatch != nil)

        schemas.bring(2, Self.text)
        #expect(gone.withLock { $0.map(\.topicPartition) } == [partition.topicPartition])
        encoder.goOn()
        #expect(!encoder.isWaiting)
        #expect(request(partition, .registry) == false)
        encoder.seal(.age)
        #expect(try fixture.text(fixture.sealed[1].body) == "b\nc\nd\n")
        #expect(fixture.sealed[1].slices[0].range == OffsetRange(lower: 1, upper: 4))
        for batch in fixture.sealed { batch.settle() }
        #expect(partition.committable == 4)
    }

    @Test("again for the next schema wait with those behind them")
    func twice() throws {
        let fixture = try fixture()
        let encoder = PartitionEncoder(partition: fixture.partition(inbox: inbox), context: fixture.context)
        append([record(0, 1, "a"), record(1, 2, "b")], to: encoder)
        append([record(2, 1, "c")], to: encoder)
        schemas.bring(1, Self.text)
        encoder.goOn()
        #expect(encoder.isWaiting && schemas.waiting == 1)
        schemas.bring(2, Self.text)
        encoder.goOn()
        encoder.seal(.stop)
        #expect(try fixture.sealed.map { try fixture.text($0.body) } == ["a\nb\nc\n"])
    }

    @Test("are left to the partition's next owner", arguments: [SealReason.revoke, .stop])
    func leave(reason: SealReason) throws {
        let fixture = try fixture()
        schemas.bring(1, Self.text)
        let partition = fixture.partition(inbox: inbox)
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([record(5, 1, "a"), record(6, 2, "b")], to: encoder)
        encoder.seal(reason)
        fixture.sealed[0].settle()
        #expect(partition.committable == 6 && partition.isDrained && !encoder.isWaiting)
        schemas.bring(2, Self.text)
        encoder.goOn()
        #expect(encoder.openBatch == nil && fixture.sealed.count == 1)
    }

    @Test("of another schema begin a container of their own")
    func containers() throws {
        let fixture = try fixture(.avro)
        let one = #"{"type":"record","name":"R","fields":[{"name":"a","type":"string"}]}"#
        let other = #"{"type":"record","name":"R","x":1,"fields":[{"name":"a","type":"string"}]}"#
        schemas.bring(1, one)
        schemas.bring(2, other)
        schemas.bring(3, one)
        let partition = fixture.partition()
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append([record(0, 1, "a"), record(1, 3, "b"), record(2, 2, "c"), record(3, 1, "d")], to: encoder)
        encoder.seal(.age)
        #expect(fixture.sealed.map(\.rows) == [2, 1, 1])
        #expect(fixture.sealed.map(\.reason) == [.schema, .schema, .age])
        let files = try fixture.sealed.map { try AvroFile(reading: bytes(of: $0)) }
        #expect(try files.map(\.schema.text) == [one, other, one].map { try AvroSchema(parsing: $0).text })
        #expect(fixture.sealed[0].rawBytes == fixture.sealed[0].body.count)
        #expect(!fixture.route.isCompressed)
    }

    @Test("or not are all in a container, also when they take no bytes")
    func empty() throws {
        let fixture = try fixture(.avro)
        schemas.bring(1, "{\"type\":\"record\",\"name\":\"Ping\",\"fields\":[]}")
        let encoder = PartitionEncoder(partition: fixture.partition(), context: fixture.context)
        append((0..<3).map { LaneFixture.Record($0, bytes: [0, 0, 0, 0, 1]) }, to: encoder)
        encoder.seal(.age)
        #expect(try AvroFile(reading: bytes(of: fixture.sealed[0])).records.count == 3)
    }

    @Test("for room in a dead-letter queue hold their offsets back until it has taken them")
    func letters() async throws {
        let queue = try DeadLetterFixture(["errors.deadletterqueue.queue.buffering.max.messages": "2"])
        try queue.cluster.setReachable(false)
        let fixture = try LaneFixture(skips: true, letters: try queue.errors)
        let (gone, continuation) = AsyncStream.makeStream(of: Void.self)
        fixture.context.goOn = { _ in continuation.yield() }
        let partition = fixture.partition(inbox: inbox)
        let encoder = PartitionEncoder(partition: partition, context: fixture.context)
        append((0..<5).map { LaneFixture.Record($0, "not JSON") } + [.init(5, "{}")], to: encoder)
        #expect(encoder.isWaiting && request(partition, .deadLetters) == true)
        #expect(partition.committable == 0 && encoder.openBatch == nil)
        try queue.cluster.setReachable(true)
        var turns = gone.makeAsyncIterator()
        while encoder.isWaiting {
            await turns.next()
            encoder.goOn()
        }
        #expect(request(partition, .deadLetters) == false)
        encoder.seal(.age)
        #expect(await queue.queues.drain(timeout: .seconds(Int64.max)))
        fixture.sealed[0].settle()
        #expect(partition.committable == 6 && partition.isDrained)
        #expect(try queue.records(of: "dead", 5).count == 5)
    }

    private func bytes(of batch: SealedBatch) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: batch.body.count)
        _ = try unsafe bytes.withUnsafeMutableBytes { try unsafe batch.body.read(at: 0, into: $0) }
        return bytes
    }
}
