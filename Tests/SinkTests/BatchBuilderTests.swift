import Converters
import SinkConfiguration
import Testing

@testable import Sink

@Suite("A batch builder")
struct BatchBuilderTests {
    private func append(_ text: String?, timestamp: Int64 = -1, to builder: BatchBuilder) -> BatchBuilder.Outcome {
        LaneFixture.Records([.init(0, text, timestamp: timestamp)]).withMessage(at: 0) { builder.append($0) }
    }

    @Test("while fewer batches are wanted, a batch takes more rows")
    func grows() throws {
        let fixture = try LaneFixture(format: .csv, policy: BatchPolicy(maximumBytes: 10))
        let encoder = PartitionEncoder(partition: fixture.partition(), context: fixture.context)
        fixture.growth.factor = 4
        let records = LaneFixture.Records((0..<16).map { LaneFixture.Record($0, "123") })
        encoder.append(records, 0..<11)
        #expect(fixture.sealed.map(\.rows) == [11])
        fixture.growth.factor = 1
        encoder.append(records, 11..<14)
        #expect(fixture.sealed.map(\.rows) == [11, 3])
        let policy = BatchPolicy(maximumBytes: 512 << 20)
        #expect(policy.maximumBytes(for: fixture.route, growth: 8) == 1 << 30)
        #expect(BatchPolicy(maximumBytes: 2 << 30).maximumBytes(for: fixture.route, growth: 8) == 2 << 30)
        #expect(BatchPolicy(maximumBytes: .max).maximumBytes(for: fixture.route, growth: 8) == .max)
    }

    @Test("a batch for streaming is no larger than ADX takes, and goes that way")
    func streamedSizes() throws {
        let policy = BatchPolicy(maximumBytes: 16 << 20)
        for (isStreaming, limit, path) in [(true, 4_000_000, IngestionPath.streaming), (false, 16 << 20, .queued)] {
            let fixture = try LaneFixture(format: .csv, policy: policy, isStreaming: isStreaming)
            #expect(policy.maximumBytes(for: fixture.route) == limit)
            #expect(policy.maximumBytes(for: fixture.route, growth: 8) == (isStreaming ? limit : 8 * limit))
            #expect(BatchPolicy(maximumBytes: 10).maximumBytes(for: fixture.route) == 10)
            #expect(IngestionPath.path(for: fixture.route) == path)
        }
    }

    @Test("opens a batch with the first row, and returns it with what was counted")
    func rows() throws {
        let fixture = try LaneFixture()
        let builder = BatchBuilder(route: fixture.route, topic: "t", context: fixture.context)
        #expect(append(nil, to: builder) == .skipped)
        #expect(append("[]", to: builder) == .skipped)
        #expect(builder.open == nil && builder.finish() == nil)
        #expect(append("{\"n\":1}", to: builder) == .added)
        let id = try #require(builder.open).id
        guard case .rejected = append("{", to: builder) else {
            Issue.record("broken JSON is not rejected")
            return
        }
        #expect(append("{\"n\":2}", to: builder) == .added)
        let content = try #require(builder.finish())
        #expect(content.id == id && content.rows == 2 && content.rawBytes == 16 && content.oldestTimestamp == nil)
        #expect(try fixture.text(content.body) == "{\"n\":1}\n{\"n\":2}\n")
        #expect(builder.open == nil && fixture.buffers.tails.used == 0)
        #expect(append("{\"n\":3}", to: builder) == .added)
        let next = try #require(builder.finish())
        #expect(next.id != id && next.rows == 1)
        #expect(try fixture.text(next.body) == "{\"n\":3}\n")
    }

    @Test("says when a batch is full")
    func sealing() throws {
        let fixture = try LaneFixture(format: .csv, policy: BatchPolicy(maximumBytes: 10))
        let builder = BatchBuilder(route: fixture.route, topic: "t", context: fixture.context)
        #expect(builder.sealReason == nil)
        #expect(append("123456789", to: builder) == .added && builder.sealReason == nil)
        #expect(append("1", to: builder) == .added && builder.sealReason == .size)
    }

    @Test("keeps each message of a format that holds one apart", arguments: [ConverterKind.string, .bytes])
    func oneMessage(converter: ConverterKind) throws {
        let fixture = try LaneFixture(format: .raw, converter: converter)
        let builder = BatchBuilder(route: fixture.route, topic: "t", context: fixture.context)
        for text in ["one\nrow", "{}", "x\n"] {
            #expect(append(text, to: builder) == .added && builder.sealReason == .singleMessage)
            #expect(try fixture.text(try #require(builder.finish()).body) == text)
        }
    }

    @Test(
        "takes the oldest timestamp of its rows, none of which is in the future or before 1970",
        arguments: [
            ([5, 3, 9], 3), ([-1, 7], 7), ([-1], nil), ([Int64.min], nil), ([.max], LaneFixture.wallMilliseconds),
            ([.max, 4], 4), ([LaneFixture.wallMilliseconds + 1], LaneFixture.wallMilliseconds),
        ] as [([Int64], Int64?)]
    )
    func timestamps(timestamps: [Int64], oldest: Int64?) throws {
        let fixture = try LaneFixture()
        let builder = BatchBuilder(route: fixture.route, topic: "t", context: fixture.context)
        for timestamp in timestamps { #expect(append("{}", timestamp: timestamp, to: builder) == .added) }
        #expect(builder.finish()?.oldestTimestamp == oldest)
    }

    @Test("holds what many batches and large records bring within its lane's share of the memory")
    func memory() throws {
        let fixture = try LaneFixture(format: .txt, lanes: 2, tailBytes: 256 << 10)
        let builders = (0..<20).map { _ in BatchBuilder(route: fixture.route, topic: "t", context: fixture.context) }
        var generator = SeededGenerator(seed: 1)
        var expected = Array(repeating: "", count: builders.count)
        for _ in 0..<2000 {
            let index = Int.random(in: builders.indices, using: &generator)
            let size = Int.random(in: 1...(Bool.random(using: &generator) ? 100 : 8000), using: &generator)
            let text = String(repeating: "x", count: index == 7 && size > 7900 ? 200_000 : size)
            #expect(append(text, to: builders[index]) == .added)
            expected[index] += text + "\n"
            #expect(fixture.buffers.tails.used <= fixture.buffers.tails.limit / 2)
        }
        for (builder, text) in zip(builders, expected) {
            let content = try #require(builder.finish())
            #expect(try fixture.text(content.body) == text && content.rawBytes == text.utf8.count)
        }
        #expect(fixture.buffers.tails.used == 0)
    }

    @Test("gives back the memory of a large record that is rejected while a batch is open")
    func rejectedLargeRecord() throws {
        let fixture = try LaneFixture()
        let builder = BatchBuilder(route: fixture.route, topic: "t", context: fixture.context)
        #expect(append("{\"n\":1}", to: builder) == .added)
        guard case .rejected = append("{" + String(repeating: "x", count: 200_000), to: builder) else {
            Issue.record("broken JSON is not rejected")
            return
        }
        builder.trim()
        #expect(builder.tail?.isInClass == true)
        #expect(append("{\"n\":2}", to: builder) == .added)
        #expect(try fixture.text(try #require(builder.finish()).body) == "{\"n\":1}\n{\"n\":2}\n")
    }

    @Test("rests with its rows kept, and forgets them when it is told to")
    func restAndDiscard() throws {
        let fixture = try LaneFixture()
        let builder = BatchBuilder(route: fixture.route, topic: "t", context: fixture.context)
        builder.rest()
        #expect(append("{\"n\":1}", to: builder) == .added)
        builder.rest()
        #expect(fixture.buffers.tails.used == 0)
        #expect(append("{\"n\":2}", to: builder) == .added)
        #expect(try fixture.text(try #require(builder.finish()).body) == "{\"n\":1}\n{\"n\":2}\n")
        #expect(append("{\"n\":3}", to: builder) == .added)
        builder.discard()
        #expect(builder.open == nil && builder.finish() == nil && fixture.buffers.tails.used == 0)
        #expect(fixture.buffers.pool.used == 0)
    }
}
