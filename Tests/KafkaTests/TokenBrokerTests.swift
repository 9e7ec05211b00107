import Kafka
import KafkaBroker
import Synchronization
import Testing

@Suite(
    "Tokens at a real broker",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn && GeneratedKeys.areAvailable, "needs KAFKA_HOME and openssl"),
    .timeLimit(.minutes(5))
)
struct TokenBrokerTests {
    @Test("are renewed while a member reads, though the broker ends connections whose token has ended")
    func renewal() throws {
        let rig = try SecuredBroker.shared()
        let topic = try rig.topic("renewal")
        let fetches = Atomic(0)
        let configuration = rig.token {
            fetches.add(1, ordering: .relaxed)
            return UnsecuredToken.make(lifetime: .seconds(3))
        }
        var member = try SecuredBroker.member(configuration, group: "g-\(topic)")
        try member.subscribe(to: [topic])
        var offsets: [Int64] = []
        var written: Int64 = 0
        // At each renewal a few records more, the last of them long after the first token's end.
        let isDone = try Fixture.poll(
            &member,
            onMessages: { messages in offsets += (0..<messages.count).map { messages.offset(at: $0) } },
            until: { _ in
                if offsets.count == written, written < 10 * fetches.load(ordering: .relaxed), written < 40 {
                    try rig.produce(10, to: topic)
                    written += 10
                }
                return offsets.count >= 40
            }
        )
        #expect(isDone && offsets == Array(0..<40))
        #expect(fetches.load(ordering: .relaxed) >= 4)
        member.close(timeout: .seconds(5))
    }

    @Test("that could not be fetched are asked for again, and the client begins")
    func failure() throws {
        let rig = try SecuredBroker.shared()
        let attempts = Atomic(0)
        let configuration = rig.token {
            if attempts.add(1, ordering: .relaxed).newValue == 1 { throw KafkaError(.other, "the issuer is away") }
            return UnsecuredToken.make(lifetime: .seconds(300))
        }
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        let deadline = ContinuousClock.now + .seconds(90)
        var isTold = false
        while ContinuousClock.now < deadline {
            do throws(KafkaError) {
                _ = try connection.topics(timeout: .seconds(1))
                break
            } catch {
                isTold = isTold || error.signIn?.cause == .tokenMissing
            }
        }
        #expect(isTold && attempts.load(ordering: .relaxed) == 2)
        _ = try connection.topics(timeout: .seconds(60))
    }
}
