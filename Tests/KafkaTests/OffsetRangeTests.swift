import Kafka
import Synchronization
import Testing

@Suite("Reading a range of offsets again", .timeLimit(.minutes(5)))
struct OffsetRangeTests {
    private let fixture: Fixture
    private let partition: TopicPartition

    init() throws {
        fixture = try Fixture(partitions: 2)
        partition = TopicPartition(topic: fixture.topic, partition: 0)
    }

    private func reader(
        _ limits: OffsetRangeReader.Limits = .init(),
        servers: String? = nil
    ) -> OffsetRangeReader {
        // What a member of the group has, too.
        let member = [
            "bootstrap.servers": servers ?? fixture.cluster.bootstrapServers, "group.id": "g",
            "group.instance.id": "i",
            "partition.assignment.strategy": "cooperative-sticky", "auto.offset.reset": "earliest",
            "enable.auto.commit": "false", "client.id": "member-0", "fetch.max.bytes": "1000000",
        ]
        return OffsetRangeReader(
            configuration: KafkaClientConfiguration(member),
            limits: limits,
            logger: Fixture.logger
        )
    }

    private func produce(_ count: Int, bytes: Int = 10, partition: Int32 = 0) throws {
        let records = (0..<count).map { index in
            var record = KafkaRecord(topic: fixture.topic, partition: partition, value: nil)
            if index % 10 != 9 { record.value = Array(repeating: UInt8(truncatingIfNeeded: index), count: bytes) }
            if index % 2 == 0 { record.key = Array("k\(index)".utf8) }
            record.headers = [KafkaHeader(name: "h", value: [1])]
            record.timestamp = 1_000 + Int64(index)
            return record
        }
        try fixture.producer().sendAll(records, timeout: .seconds(60))
    }

    @Test("returns exactly the range, with everything that the records hold", arguments: [0..<100, 17..<18, 30..<71])
    func exact(range: Range<Int>) throws {
        try produce(100)
        var reading = try reader().open(
            partition,
            Int64(range.lowerBound)..<Int64(range.upperBound),
            timeout: .seconds(60)
        )
        var offsets: [Int64] = []
        while let chunk = try reading.next() {
            #expect(chunk.runs.allSatisfy { $0.topicPartition == partition })
            for index in 0..<chunk.count {
                let offset = chunk.offset(at: index)
                offsets.append(offset)
                #expect(chunk.timestamp(at: index) == 1_000 + offset)
                #expect(chunk.timestampType(at: index) == .created)
                let value = unsafe chunk.withValue(at: index) { unsafe $0.map { unsafe Array($0) } }
                #expect(value == (offset % 10 == 9 ? nil : Array(repeating: UInt8(offset), count: 10)))
                let key = unsafe chunk.key(at: index).map { unsafe String(decoding: $0, as: UTF8.self) }
                #expect(key == (offset % 2 == 0 ? "k\(offset)" : nil))
                var headers: [String] = []
                unsafe chunk.forEachHeader(at: index) { name, value in
                    headers.append(unsafe "\(String(decoding: name, as: UTF8.self))\(value?.count ?? -1)")
                }
                #expect(headers == ["h1"])
            }
        }
        #expect(offsets == range.map(Int64.init))
        #expect(reading.position == Int64(range.upperBound))
        #expect(try reading.next() == nil)
    }

    @Test("comes in chunks of bounded size, and a record that is larger than a chunk comes too")
    func chunks() throws {
        try produce(40, bytes: 30_000)
        var reading = try reader(.init(chunkBytes: 20_000, chunkRecords: 3)).open(
            partition,
            0..<40,
            timeout: .seconds(60)
        )
        var sizes: [Int] = []
        var offsets: [Int64] = []
        while let chunk = try reading.next() {
            sizes.append(chunk.count)
            offsets += (0..<chunk.count).map { chunk.offset(at: $0) }
        }
        #expect(offsets == Array(0..<40))
        // A chunk ends with the record that fills it; a tombstone fills nothing.
        #expect(sizes.allSatisfy { $0 <= 2 })
    }

    @Test("an empty range needs no broker")
    func empty() throws {
        var reading = try reader(servers: "127.0.0.1:1").open(partition, 5..<5, timeout: .seconds(60))
        #expect(try reading.next() == nil)
    }

    @Test("a log that ends before the range is told with its end")
    func endsEarly() throws {
        try produce(20)
        var reading = try reader(.init(endPatience: .milliseconds(200))).open(partition, 10..<30, timeout: .seconds(60))
        var offsets: [Int64] = []
        let error = #expect(throws: OffsetRangeError.self) {
            while let chunk = try reading.next() { offsets += (0..<chunk.count).map { chunk.offset(at: $0) } }
        }
        #expect(offsets == Array(10..<20))
        #expect(error?.code == .endsEarly(end: 20))
        #expect(error?.position == 20)
        #expect(error?.isRetriable == false)
        for part in ["events-0", "offset 20", "before 30"] { #expect(error?.message.contains(part) == true) }
        #expect(throws: OffsetRangeError.self) { try reading.next() }
    }

    @Test("a range that begins behind the log's end is told so, not waited for")
    func beyond() throws {
        try produce(5)
        var reading = try reader(.init(endPatience: .milliseconds(200))).open(partition, 50..<60, timeout: .seconds(60))
        let error = #expect(throws: OffsetRangeError.self) { try reading.next() }
        #expect(error?.code == .endsEarly(end: 5))
    }

    @Test("an offset that is out of the log for a moment only is asked for again")
    func misplaced() throws {
        try produce(20)
        fixture.cluster.misplaceFetches(1)
        var reading = try reader().open(partition, 0..<20, timeout: .seconds(60))
        var count = 0
        while let chunk = try reading.next() { count += chunk.count }
        #expect(count == 20)
    }

    @Test("without a broker it ends at its deadline, and says why nothing came")
    func deadline() async throws {
        let (reader, partition) = (reader(servers: "127.0.0.1:1"), partition)
        // Long enough for the client to be refused where many tests run at a time.
        let error = await OwnThread.run { () -> OffsetRangeError? in
            do throws(OffsetRangeError) {
                var reading = try reader.open(partition, 0..<20, timeout: .seconds(3))
                _ = try reading.next()
                return nil
            } catch {
                return error
            }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.isRetriable == true)
        #expect(error?.message.contains("127.0.0.1:1") == true, "\(error?.message ?? "")")
    }

    @Test("ends when the caller wants no more")
    func cancellation() throws {
        let asked = Atomic(0)
        var reading = try reader(servers: "127.0.0.1:1").open(partition, 0..<20, timeout: .seconds(3600)) {
            asked.wrappingAdd(1, ordering: .relaxed).newValue > 2
        }
        let error = #expect(throws: OffsetRangeError.self) { try reading.next() }
        #expect(error?.code == .cancelled)
    }

    @Test(
        "a topic that does not exist, and one that is not allowed, are errors long before the deadline",
        arguments: [
            (KafkaMockCluster.TopicFailure.authorization, KafkaError.Code.authorization), (.unknown, .unknownTopic),
        ]
    )
    func refusals(failure: KafkaMockCluster.TopicFailure, code: KafkaError.Code) throws {
        fixture.cluster.setFailure(of: fixture.topic, to: failure)
        var reading = try reader(.init(endPatience: .seconds(1))).open(partition, 0..<20, timeout: .seconds(3600))
        let error = #expect(throws: OffsetRangeError.self) { try reading.next() }
        #expect(error?.code == .client(code), "\(error?.message ?? "")")
        #expect(error?.message.contains("events") == true)
    }

    @Test("fetches that are not allowed, and a partition that does not exist, are errors")
    func fetchRefusals() throws {
        try produce(20)
        fixture.cluster.refuseFetches(1)
        var reading = try reader().open(partition, 0..<20, timeout: .seconds(3600))
        let error = #expect(throws: OffsetRangeError.self) { try reading.next() }
        #expect(error?.code == .client(.authorization), "\(error?.message ?? "")")
        var none = try reader(.init(endPatience: .seconds(1))).open(
            TopicPartition(topic: fixture.topic, partition: 7),
            0..<20,
            timeout: .seconds(3600)
        )
        let missing = #expect(throws: OffsetRangeError.self) { try none.next() }
        #expect(missing?.code == .client(.unknownTopic), "\(missing?.message ?? "")")
    }

    @Test("two ranges of one partition take turns, those of different partitions do not wait")
    func turns() throws {
        try produce(20)
        try produce(20, partition: 1)
        let reader = reader()
        var first = try reader.open(partition, 0..<20, timeout: .seconds(60))
        let error = #expect(throws: OffsetRangeError.self) {
            _ = try reader.open(partition, 0..<20, timeout: .milliseconds(150)).position
        }
        #expect(error?.code == .timedOut)
        var other = try reader.open(TopicPartition(topic: fixture.topic, partition: 1), 0..<20, timeout: .seconds(60))
        var counts = [0, 0]
        while let chunk = try first.next() { counts[0] += chunk.count }
        while let chunk = try other.next() { counts[1] += chunk.count }
        #expect(counts == [20, 20])
    }

    @Test("many threads read ranges of one partition, each its own")
    func threads() async throws {
        try produce(400)
        let reader = reader()
        let counts = await withTaskGroup(of: [Int64].self) { group in
            for part in 0..<8 {
                group.addTask { [partition] in
                    await OwnThread.run {
                        let range = Int64(part * 50)..<Int64(part * 50 + 50)
                        guard var reading = try? reader.open(partition, range, timeout: .seconds(120)) else {
                            return []
                        }
                        var offsets: [Int64] = []
                        while let chunk = try? reading.next() {
                            offsets += (0..<chunk.count).map { chunk.offset(at: $0) }
                        }
                        return offsets
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        #expect(counts == Array(0..<400))
    }
}
