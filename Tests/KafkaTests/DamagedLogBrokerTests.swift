import Kafka
import KafkaBroker
import Testing

/// One way to damage a batch.
private struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Which byte of the batch has one bit flipped.
    let byte: Int
    var codec = "none"
    var code = KafkaError.Code.corruptData
}

@Suite(
    "A damaged log",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME"),
    .timeLimit(.minutes(3))
)
struct DamagedLogBrokerTests {
    // Places in the record batch of Kafka's message format, version 2. Records begin at byte 61.
    private static let damages = [
        Damage(testDescription: "the first offset, behind the end", byte: 2),
        Damage(testDescription: "the length, which says too much", byte: 9, code: .stalled),
        Damage(testDescription: "the magic byte", byte: 16),
        Damage(testDescription: "the checksum", byte: 18),
        Damage(testDescription: "the attributes", byte: 22),
        Damage(testDescription: "a record", byte: 80),
        Damage(testDescription: "a compressed record", byte: 70, codec: "gzip"),
    ]

    /// Reads until the partition's error or last record; no record after the damaged place may come with an error.
    private func read(
        _ topic: BrokerTopic,
        from start: Int64,
        stallLimit: Duration = .seconds(60)
    ) throws -> (offsets: [Int64], error: KafkaError?, offset: Int64?) {
        var member = try topic.member(stallLimit: stallLimit)
        try member.subscribe(to: [topic.name])
        var offsets: [Int64] = []
        var found: (error: KafkaError, offset: Int64?)?
        var turns = 0
        _ = try Fixture.poll(
            &member,
            seconds: 60,
            from: [topic.partition: start],
            onMessages: { messages in
                offsets += (0..<messages.count).map { messages.offset(at: $0) }
                // On a slow machine the first records may come after the limit: that stall is over.
                if found?.error.code == .stalled { found = nil }
            },
            onEvent: { if case .partitionError(_, let offset, let error) = $0 { found = found ?? (error, offset) } },
            until: { _ in
                // A few more polls: whatever the library does after the damaged place would come now.
                if found != nil { turns += 1 }
                return turns > 10 || offsets.last == 299
            }
        )
        member.close(timeout: .seconds(5))
        return (offsets, found?.error, found?.offset)
    }

    @Test("is told with the offset, nothing behind it is returned, and so again from there", arguments: damages)
    private func damage(_ damage: Damage) throws {
        let topic = try BrokerTopic("damaged")
        for _ in 0..<3 { try topic.produce(100, ["compression.codec": damage.codec]) { Array("value \($0)".utf8) } }
        let place = try topic.damage(at: 150, byte: damage.byte)
        let stallLimit = Duration.seconds(damage.code == .stalled ? 2 : 60)
        let first = try read(topic, from: 0, stallLimit: stallLimit)
        #expect(first.offsets == Array(0..<place.lowerBound))
        #expect(first.error?.code == damage.code && first.offset == place.lowerBound)
        for part in ["\(topic.name)-0", "offset \(place.lowerBound)"] {
            #expect(first.error?.message.contains(part) == true, "\(first.error?.message ?? "no error")")
        }
        let again = try read(topic, from: place.lowerBound, stallLimit: stallLimit)
        #expect(again.offsets == [])
        #expect(again.error?.code == damage.code && again.offset == place.lowerBound)
        // Only a person can say where the damaged place ends. Whether the broker then finds what follows depends on the
        // damage.
        guard damage.byte >= 16 else { return }
        #expect(try read(topic, from: place.upperBound).offsets == Array(place.upperBound..<300))
    }
}
