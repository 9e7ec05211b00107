import Kafka
import KafkaBroker
import Testing

@Suite(
    "Signing in at a real broker",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn && GeneratedKeys.areAvailable, "needs KAFKA_HOME and openssl"),
    .timeLimit(.minutes(5))
)
struct SignInBrokerTests {
    /// A client that the broker lets in, or not.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let configuration: @Sendable (SecuredBroker) throws -> KafkaClientConfiguration
        var cause: SignInFault.Cause?
        var words = ""
        var mechanism: String?

        init(
            _ name: String,
            _ cause: SignInFault.Cause? = nil,
            _ words: String = "",
            mechanism: String? = nil,
            _ configuration: @escaping @Sendable (SecuredBroker) throws -> KafkaClientConfiguration
        ) {
            testDescription = name
            self.cause = cause
            self.words = words
            self.mechanism = mechanism
            self.configuration = configuration
        }
    }

    static let right: [Case] = [
        Case("PLAIN") { $0.password("PLAIN", "PLAIN", user: "alice") },
        Case("TLS") { try $0.tls("TLS") },
        Case("TLS with a certificate of the client") { try $0.tls("MUTUAL", identity: "client") },
        Case("a token") { $0.token { UnsecuredToken.make(lifetime: .seconds(300)) } },
    ]
    static let rightBySCRAM: [Case] = ["SCRAM-SHA-256", "SCRAM-SHA-512"].map { mechanism in
        Case(mechanism) { $0.password("SCRAM", mechanism, user: "alice") }
    }

    @Test("works", arguments: right + (KafkaLibrary.signsInBySCRAM ? rightBySCRAM : []))
    func accepts(_ client: Case) throws {
        let rig = try SecuredBroker.shared()
        let topic = try rig.topic("open")
        let configuration = try client.configuration(rig)
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        #expect(try connection.topics([topic], timeout: .seconds(60))[topic]?.get() == 1)
        try KafkaProducer(configuration: configuration, logger: Fixture.logger).sendAll(
            [KafkaRecord(topic: topic, value: [1])],
            timeout: .seconds(60)
        )
        let records = try ReadBack.records(configuration, TopicPartition(topic: topic, partition: 0), 0..<1)
        #expect(records.map(\.value) == [[1]])
    }

    static let wrong: [Case] = [
        Case("another password", .credentialRefused, "refuses the user and the password (PLAIN)", mechanism: "PLAIN") {
            $0.password("PLAIN", "PLAIN", user: "alice", password: "x5ecret")
        },
        Case("another user", .credentialRefused, "Invalid username or password", mechanism: "PLAIN") {
            $0.password("PLAIN", "PLAIN", user: "nobody", password: "x5ecret")
        },
        Case("SCRAM-SHA-256", .credentialRefused, "password (SCRAM-SHA-256)", mechanism: "SCRAM-SHA-256") {
            $0.password("SCRAM", "SCRAM-SHA-256", user: "alice", password: "x5ecret")
        },
        Case("SCRAM-SHA-512", .credentialRefused, "password (SCRAM-SHA-512)", mechanism: "SCRAM-SHA-512") {
            $0.password("SCRAM", "SCRAM-SHA-512", user: "alice", password: "x5ecret")
        },
        Case("another mechanism", .mechanismRefused, "SCRAM-SHA-512, but by PLAIN", mechanism: "SCRAM-SHA-512") {
            $0.password("PLAIN", "SCRAM-SHA-512", user: "alice")
        },
        Case("nobody signs in here", .signsNobodyIn, "signs nobody in on this port", mechanism: "PLAIN") {
            $0.password("PLAINTEXT", "PLAIN", user: "alice")
        },
        Case("everybody signs in here", .needsSignIn, "may want the client to sign in") {
            $0.configuration("PLAIN", [:])
        },
        Case("the broker speaks TLS", .needsTLS, "may want TLS on this port") { $0.configuration("TLS", [:]) },
        Case("the broker speaks TLS, and a password", .needsTLS, "may want TLS on this port", mechanism: "PLAIN") {
            $0.password("TLS", "PLAIN", user: "alice")
        },
        Case("the broker does not speak TLS", .notTLS, "may not speak TLS on this port") {
            try $0.tls("PLAINTEXT")
        },
        Case("another authority", .untrustedCertificate, "not among those trusted") {
            try $0.tls("TLS", trusting: "stranger-ca")
        },
        Case("an old certificate", .certificateOutOfDate, "the certificate has expired") { try $0.tls("EXPIRED") },
        Case("another host", .wrongHost, "the certificate is for another host name") { try $0.tls("ELSEWHERE") },
        Case("no certificate of the client", .clientCertificateRefused, "and the client has none") {
            try $0.tls("MUTUAL")
        },
        Case("a stranger's certificate", .clientCertificateRefused, "refuses the client's certificate") {
            try $0.tls("MUTUAL", identity: "stranger")
        },
        Case("an old token", .tokenRefused, "refuses the token", mechanism: "OAUTHBEARER") {
            $0.token { UnsecuredToken.make(lifetime: .seconds(300), isValid: false) }
        },
        Case("no token", .tokenMissing, "the issuer refuses", mechanism: "OAUTHBEARER") {
            $0.token { throw KafkaTokenError("the issuer refuses", isFinal: true) }
        },
    ]

    @Test("fails soon, for a reason that names mechanism and broker", arguments: wrong)
    func refuses(_ client: Case) throws {
        let rig = try SecuredBroker.shared()
        let configuration = try client.configuration(rig)
        guard case .failure(let error) = try SecuredBroker.answer(configuration) else {
            Issue.record("the broker let the client in")
            return
        }
        #expect(error.code == .authentication && !error.isRetriable && !error.isFatal, "\(error.message)")
        #expect(error.message.contains(client.words), "\(error.message)")
        #expect(error.signIn?.cause == client.cause && error.signIn?.mechanism == client.mechanism)
        let address = configuration.values["bootstrap.servers"] ?? ""
        let isAboutBroker = client.cause != .tokenMissing
        #expect(error.signIn?.broker == (isAboutBroker ? address : ""))
        #expect(error.message.contains(address) == isAboutBroker)
        #expect(!error.message.contains("5ecret") && !error.message.contains("eyJ"), "\(error.message)")
        #expect(client.cause == .needsTLS || client.mechanism.map { error.message.contains($0) } ?? true)
    }

    @Test("is told by each kind of client, and goes on with another password")
    func clients() throws {
        let rig = try SecuredBroker.shared()
        let topic = try rig.topic("clients")
        try rig.produce(3, to: topic)
        let configuration = rig.password("PLAIN", "PLAIN", user: "alice", password: "x5ecret")
        let (user, password) = (SecuredBroker.user("alice"), SecuredBroker.password("alice"))

        var member = try SecuredBroker.member(configuration, group: "g-\(topic)")
        try member.subscribe(to: [topic])
        var refusal: KafkaError?
        var count = 0
        let note = { (event: GroupMemberEvent) in
            if case .error(let error) = event, error.signIn?.cause == .credentialRefused { refusal = error }
        }
        #expect(try Fixture.poll(&member, onEvent: note, until: { _ in refusal != nil }))
        try member.setCredentials(user: user, password: password)
        #expect(try Fixture.poll(&member, onMessages: { count += $0.count }, until: { _ in count == 3 }))
        member.close(timeout: .seconds(5))

        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        let partition = TopicPartition(topic: topic, partition: 0)
        let offsets = OffsetReader(connection, group: "g-\(topic)")
        let error = #expect(throws: KafkaError.self) { try offsets.committed([partition], timeout: .seconds(3)) }
        #expect(error?.signIn?.cause == .credentialRefused, "\(error?.message ?? "")")
        try connection.setCredentials(user: user, password: password)
        #expect(try offsets.committed([partition], timeout: .seconds(60)) == [:])
        #expect(try connection.topics([topic], timeout: .seconds(60))[topic]?.get() == 1)

        let producer = try KafkaProducer(configuration: configuration, logger: Fixture.logger)
        let deadline = ContinuousClock.now + .seconds(60)
        var failure: KafkaError?
        while failure?.signIn == nil, ContinuousClock.now < deadline {
            _ = producer.flush(timeout: .zero)
            failure = producer.lastFailure
        }
        #expect(failure?.signIn?.cause == .credentialRefused, "\(failure?.message ?? "")")
        try KafkaAdmin(producer).setCredentials(user: user, password: password)
        try producer.sendAll([KafkaRecord(topic: topic, value: [1])], timeout: .seconds(60))

        let reader = OffsetRangeReader(configuration: configuration, logger: Fixture.logger)
        do {
            var reading = try reader.open(partition, 0..<3, timeout: .seconds(3))
            let error = #expect(throws: OffsetRangeError.self) { try reading.next() }
            #expect(error?.message.contains("refuses the user and the password (PLAIN)") == true)
        }
        try reader.setCredentials(user: user, password: password)
        var reading = try reader.open(partition, 0..<3, timeout: .seconds(60))
        count = 0
        while let chunk = try reading.next() { count += chunk.count }
        #expect(count == 3)
    }
}
