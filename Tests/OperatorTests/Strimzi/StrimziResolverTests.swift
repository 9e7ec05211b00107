import JSON
import Kubernetes
import Operator
import Testing

@Suite("References to Strimzi's resources")
struct StrimziResolverTests {
    private typealias Fixture = StrimziFixture

    private static let servers = ["events-kafka-bootstrap.data.svc", "events-1.data.svc"]

    private static func resolve(
        _ spec: KafkaSpec,
        kafka: StrimziResources.Finding = .found(Fixture.kafka),
        user: StrimziResources.Finding? = nil
    ) throws(SpecProblems) -> StrimziConnection {
        try StrimziResolver.resolve(spec, StrimziResources(cluster: kafka, user: user))
    }

    private static func problems(
        _ spec: KafkaSpec,
        kafka: StrimziResources.Finding = .found(Fixture.kafka),
        user: StrimziResources.Finding? = nil
    ) -> [SpecProblem] {
        do throws(SpecProblems) {
            _ = try resolve(spec, kafka: kafka, user: user)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("stand for a listener's addresses")
    func plain() throws {
        let connection = try Self.resolve(Fixture.spec("plain"))
        #expect(connection == StrimziConnection(bootstrapServers: Self.servers.map { "\($0):9092" }))
    }

    @Test("stand for the cluster's authority where the listener speaks TLS")
    func encrypted() throws {
        let connection = try Self.resolve(Fixture.spec("tls"))
        #expect(connection.ca == SecretKeyReference(name: "events-cluster-ca-cert", key: "ca.crt"))
        #expect(connection.authentication == nil)
    }

    @Test("leave trust to the spec where it names an authority itself")
    func ownAuthority() throws {
        let trusting = Fixture.spec("own") {
            $0.security.tls = TLSSpec()
            $0.security.tls?.ca = SecretKeyReference(name: "ca", key: "ca.crt")
        }
        #expect(try Self.resolve(trusting).ca == nil)
    }

    @Test("stand for a user's Secret", arguments: [("scram", "scram-sha-512"), ("mtls", "tls")])
    func users(listener: String, authentication: String) throws {
        let user = Fixture.user(authentication)
        let connection = try Self.resolve(Fixture.spec(listener, user: true), user: .found(user))
        #expect(connection.authentication == authentication)
        #expect(connection.userSecret == "reader-credential")
    }

    @Test("leave the credential to the spec where Strimzi keeps none, and to whoever wrote a custom listener")
    func externalCertificate() throws {
        let external = Fixture.user("tls-external", status: ["username": "CN=reader"])
        let spec = Fixture.spec("mtls", user: true) {
            $0.security.tls = TLSSpec()
            $0.security.tls?.certificate = SecretKeyReference(name: "client", key: "tls.crt")
            $0.security.tls?.key = SecretKeyReference(name: "client", key: "tls.key")
        }
        let connection = try Self.resolve(spec, user: .found(external))
        #expect(connection.authentication == nil)
        #expect(connection.userSecret == nil)
        let problems = Self.problems(Fixture.spec("mtls", user: true), user: .found(external))
        #expect(problems.map(\.path) == ["spec.kafka.security.tls"])
        let scram = StrimziResources.Finding.found(Fixture.user("scram-sha-512"))
        #expect(Self.problems(Fixture.spec("custom", user: true), user: scram).isEmpty)
    }

    @Test("wait for what is not there, or not ready")
    func waiting() {
        let unready = KubernetesObject([
            "metadata": ["name": "events"], "spec": Fixture.kafka.json["spec"] ?? [:],
            "status": ["conditions": [["type": "NotReady", "status": "True", "message": "no node pool"]]],
        ])
        let spec = Fixture.spec("tls", user: true)
        let scram = StrimziResources.Finding.found(Fixture.user("tls", status: [:]))
        let table: [([SpecProblem], String, String)] = [
            (
                Self.problems(Fixture.spec("tls"), kafka: .kindMissing), "spec.kafka.clusterRef",
                "the cluster has no Kafka resources: is Strimzi installed? Without it name spec.kafka.bootstrapServers"
            ),
            (
                Self.problems(Fixture.spec("tls"), kafka: .missing), "spec.kafka.clusterRef.name",
                "there is no Kafka events in the sink's namespace: create it, or name another one"
            ),
            (
                Self.problems(Fixture.spec("tls"), kafka: .found(unready)), "spec.kafka.clusterRef",
                "Kafka events has not published addresses of its listener tls yet: no node pool"
            ),
            (
                Self.problems(Fixture.spec("late")), "spec.kafka.clusterRef",
                "Kafka events has not published addresses of its listener late yet"
            ),
            (
                Self.problems(spec, user: .kindMissing), "spec.kafka.userRef",
                "the cluster has no KafkaUser resources: is Strimzi installed?"
            ),
            (
                Self.problems(spec, user: .missing), "spec.kafka.userRef.name",
                "there is no KafkaUser reader in the sink's namespace: create it, or name another one"
            ),
            (
                Self.problems(spec, user: scram), "spec.kafka.userRef",
                "KafkaUser reader has not published the Secret with its credential yet"
            ),
        ]
        for (problems, path, message) in table {
            #expect(problems == [SpecProblem(.dependencyMissing, path, message)])
        }
    }

    @Test("are refused where they cannot work, with the remedy")
    func refused() {
        func user(_ type: String?, cluster: String = "events") -> StrimziResources.Finding {
            .found(Fixture.user(type, cluster: cluster))
        }
        let table: [([SpecProblem], String, String)] = [
            (
                Self.problems(Fixture.spec("gone")), "spec.kafka.clusterRef.listener",
                "Kafka events has no listener gone: it has custom, late, mtls, own, plain, scram, tls"
            ),
            (
                Self.problems(Fixture.spec("own")), "spec.kafka.security.tls.ca",
                "the listener own of Kafka events has a certificate of its own, which the cluster's authority did not "
                    + "sign: name the Secret with the authority that did"
            ),
            (
                Self.problems(Fixture.spec("scram")), "spec.kafka.userRef",
                "the listener scram of Kafka events asks clients for authentication scram-sha-512: name a KafkaUser with "
                    + "authentication scram-sha-512"
            ),
            (
                Self.problems(Fixture.spec("scram", user: true), user: user("tls")), "spec.kafka.userRef",
                "the listener scram of Kafka events asks clients for authentication scram-sha-512, but KafkaUser reader "
                    + "has tls: name another user or another listener"
            ),
            (
                Self.problems(Fixture.spec("plain", user: true), user: user("scram-sha-512")), "spec.kafka.userRef",
                "the listener plain of Kafka events does not authenticate clients, so KafkaUser reader is of no use "
                    + "there: leave it out, or name a listener with authentication scram-sha-512"
            ),
            (
                Self.problems(Fixture.spec("scram", user: true), user: user(nil)), "spec.kafka.userRef",
                "KafkaUser reader has no authentication: set its spec.authentication.type to tls or scram-sha-512"
            ),
            (
                Self.problems(Fixture.spec("scram", user: true), user: user("tls", cluster: "other")),
                "spec.kafka.userRef",
                "KafkaUser reader belongs to Kafka other, not to events of spec.kafka.clusterRef"
            ),
        ]
        for (problems, path, message) in table {
            #expect(problems == [SpecProblem(.invalidSpec, path, message)])
        }
        #expect(
            Self.problems(Fixture.spec("scram", user: true), user: user("token")).map(\.reason) == [.notSupportedYet]
        )
    }

    @Test("accept a credential of the spec in place of a user")
    func ownCredential() throws {
        let spec = Fixture.spec("scram") { $0.security.sasl = SASLSpec(mechanism: "SCRAM-SHA-512") }
        #expect(try Self.resolve(spec).userSecret == nil)
    }

    @Test("have all their problems told at once")
    func several() {
        let problems = Self.problems(Fixture.spec("tls", user: true), kafka: .kindMissing, user: .kindMissing)
        #expect(problems.map(\.path) == ["spec.kafka.clusterRef", "spec.kafka.userRef"])
    }

    @Test("understand a status without bootstrapServers, and one with the listener's name as its type")
    func earlierStatus() throws {
        let kafka = KubernetesObject([
            "metadata": ["name": "events"], "spec": Fixture.kafka.json["spec"] ?? [:],
            "status": [
                "listeners": [
                    ["type": "plain", "addresses": [["host": "b1", "port": 9092], ["host": "b2", "port": 9092]]]
                ]
            ],
        ])
        let connection = try Self.resolve(Fixture.spec("plain"), kafka: .found(kafka))
        #expect(connection.bootstrapServers == ["b1:9092", "b2:9092"])
    }
}
