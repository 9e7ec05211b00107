import Kafka
import KafkaBroker
import Secrets
import Testing

@Suite(
    "A password that changes while a member reads",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn && GeneratedKeys.areAvailable, "needs KAFKA_HOME and openssl"),
    .timeLimit(.minutes(5))
)
struct CredentialRotationBrokerTests {
    /// A member of a group that reads on, and what it was told.
    private struct Reading: ~Copyable {
        let rig: SecuredBroker
        let topic: String
        var member: GroupMember
        var offsets: [Int64] = []
        var written: Int64 = 0
        var refusals = 0

        init(_ mechanism: String, user: String) throws {
            let rig = try SecuredBroker.shared()
            let topic = try rig.topic("rotation")
            let configuration = rig.password("ROTATING", mechanism, user: user)
            var member = try SecuredBroker.member(configuration, group: "g-\(topic)")
            try member.subscribe(to: [topic])
            (self.rig, self.topic) = (rig, topic)
            self.member = member
        }

        /// Writes ten records, and reads until `isDone`, which is told how many are missing.
        mutating func go(until isDone: (_ missing: Int64, _ refusals: Int) -> Bool) throws -> Bool {
            try rig.produce(10, to: topic)
            written += 10
            let expected = written
            var (offsets, refusals) = (offsets, 0)
            defer { (self.offsets, self.refusals) = (offsets, refusals) }
            return try Fixture.poll(
                &member,
                onMessages: { messages in offsets += (0..<messages.count).map { messages.offset(at: $0) } },
                onEvent: { event in
                    guard case .error(let error) = event, error.signIn?.cause == .credentialRefused else { return }
                    refusals += 1
                },
                until: { _ in isDone(expected - Int64(offsets.count), refusals) }
            )
        }
    }

    @Test("is taken up without losing a record: PLAIN")
    func plain() throws {
        var reading = try Reading("PLAIN", user: "rose")
        #expect(try reading.go { missing, _ in missing == 0 })
        // The broker ends the connection after a while, and refuses the new one.
        try reading.member.setCredentials(user: Secret("rose"), password: Secret("x5ecret"))
        #expect(try reading.go { _, refusals in refusals > 0 })
        try reading.member.setCredentials(user: Secret("rose"), password: SecuredBroker.password("rose"))
        #expect(try reading.go { missing, _ in missing == 0 })
        #expect(reading.offsets == Array(0..<30))
        reading.member.close(timeout: .seconds(5))
    }

    @Test("is taken up without losing a record, or refused for the old library's own fault: SCRAM")
    func scram() async throws {
        var reading = try Reading("SCRAM-SHA-512", user: "rose")
        guard KafkaLibrary.signsInBySCRAM else {
            // Before 2.6.1 the library is refused with the right password, too.
            #expect(try reading.go { _, refusals in refusals > 0 })
            return reading.member.close(timeout: .seconds(5))
        }
        #expect(try reading.go { missing, _ in missing == 0 })
        try await KafkaTool.run(
            "kafka-configs.sh",
            [
                "--bootstrap-server", reading.rig.broker.bootstrapServers, "--alter", "--entity-type", "users",
                "--entity-name", "rose", "--add-config", "SCRAM-SHA-512=[password=rose-5ecret-2]",
            ]
        )
        #expect(try reading.go { _, refusals in refusals > 0 })
        try reading.member.setCredentials(user: Secret("rose"), password: Secret("rose-5ecret-2"))
        #expect(try reading.go { missing, _ in missing == 0 })
        #expect(reading.offsets == Array(0..<30))
        reading.member.close(timeout: .seconds(5))
    }
}
