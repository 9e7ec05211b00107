import Kafka
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

@Suite("Whether Kafka has the topics", .timeLimit(.minutes(3)))
struct KafkaStartupCheckTests {
    private let cluster: KafkaMockCluster

    init() throws {
        cluster = try KafkaMockCluster()
        for topic in ["a", "late", "closed", "gone"] { try cluster.createTopic(topic, partitions: 1) }
    }

    private func check(_ topics: [String]) throws -> KafkaStartupCheck {
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers, "group.id": "g"]),
            logger: StartupSamples.logger
        )
        // Connects first, however busy the machine is: the checks are about answers.
        _ = try connection.topics(["a"], timeout: .seconds(120))
        let consumer = try StartupSamples.settings(["bootstrap.servers": cluster.bootstrapServers]).consumer
        return KafkaStartupCheck(cluster: connection, consumer: consumer, topics: .list(topics))
    }

    private func items(servers: String) async throws -> [CheckedItem] {
        let consumer = try StartupSamples.settings(["bootstrap.servers": servers]).consumer
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": servers, "group.id": "g"]),
            logger: StartupSamples.logger
        )
        let check = KafkaStartupCheck(cluster: connection, consumer: consumer, topics: .list(["a"]))
        return await check.run(timeout: .seconds(5), clock: .system, stop: StopSignal())
    }

    @Test("A server that cannot be reached is a warning while another one answers")
    func oneOfTwo() async throws {
        // Port 1 is nobody's, and no name below `invalid` resolves.
        let servers = "127.0.0.1:1,\(cluster.bootstrapServers),kafka.invalid:9092"
        let items = try await items(servers: servers)
        #expect(items.problems == [], "\(items)")
        let warnings = items.filter { $0.kind == .broker }.compactMap(\.warning)
        #expect(warnings.count == 2, "\(warnings)")
        #expect(warnings.first?.contains("broker 127.0.0.1:1: nobody listens on the port") == true, "\(warnings)")
        #expect(items.contains { $0.name == cluster.bootstrapServers && $0.outcome == .passed("") })
    }

    @Test("Of servers none of which answers each has its reason, and all are one problem")
    func none() async throws {
        let items = try await items(servers: "127.0.0.1:1,127.0.0.1:2181")
        let message = items.problems.map(\.message).joined()
        #expect(items.problems.count == 1)
        for part in ["127.0.0.1:1: nobody listens", "within 5 s (startup.timeout.ms)", "2181 is the port of ZooKeeper"]
        {
            #expect(message.contains(part), "\(part) in \(message)")
        }
        #expect(
            items.filter { $0.kind == .broker }.map(\.name) == ["127.0.0.1:1", "127.0.0.1:2181", "bootstrap.servers"]
        )
    }

    @Test("A topic without a leader is waited for")
    func waits() async throws {
        cluster.setFailure(of: "late", to: .leaderNotAvailable)
        // The check has seen the failure when it waits.
        let clock = SinkClock(
            now: SinkClock.system.now,
            wallMilliseconds: SinkClock.system.wallMilliseconds,
            sleep: { [cluster] _ in cluster.setFailure(of: "late", to: nil) }
        )
        let problems = try await check(["a", "late"]).run(timeout: .seconds(120), clock: clock, stop: StopSignal())
            .problems
        #expect(problems == [])
    }

    @Test("A topic that stays without a leader is a failure of the service")
    func givesUp() async throws {
        cluster.setFailure(of: "late", to: .leaderNotAvailable)
        // The wait takes almost all of the time; in what is left of it no broker answers any more.
        let elapsed = Mutex(Duration.zero)
        let clock = SinkClock(
            now: { elapsed.withLock { $0 } },
            wallMilliseconds: SinkClock.system.wallMilliseconds,
            sleep: { [cluster] _ in
                elapsed.withLock { $0 += $0 == .zero ? .milliseconds(29_900) : .seconds(1) }
                try? cluster.setReachable(false)
            }
        )
        let problems = try await check(["a", "late"]).run(timeout: .seconds(30), clock: clock, stop: StopSignal())
            .problems
        #expect(problems.map(\.cause) == [.service])
        let message = problems.first?.message ?? ""
        for part in ["topic late", "within 30 s (startup.timeout.ms)", "LEADER_NOT_AVAILABLE"] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
    }

    @Test("A topic that is not allowed is told at once")
    func refuses() async throws {
        cluster.setFailure(of: "closed", to: .authorization)
        cluster.setFailure(of: "gone", to: .unknown)
        cluster.setFailure(of: "late", to: .leaderNotAvailable)
        let clock = SinkClock(
            now: SinkClock.system.now,
            wallMilliseconds: SinkClock.system.wallMilliseconds,
            sleep: { _ in Issue.record("what is certain was not told at once") }
        )
        let items = try await check(["closed", "gone", "late", "a"]).run(
            timeout: .seconds(120),
            clock: clock,
            stop: StopSignal()
        )
        let problems = items.problems
        #expect(problems.map(\.cause) == [.service])
        #expect(problems.first?.message.contains("topic closed") == true)
        let message = problems.first?.message ?? ""
        for part in [
            "grant the user the right", "kafka-acls --bootstrap-server \(cluster.bootstrapServers) --add",
            "--allow-principal User:ANONYMOUS --operation Read --topic closed",
        ] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
        // What was found of the others is shown too, though not as what the start ends for.
        for (topic, part) in [
            ("gone", "not waited for: topics: topic gone does not exist"),
            ("late", "not waited for: topics: topic late"),
            ("a", "1 partition; whether it may be read was not asked for: the client does not sign in"),
            ("connect-s", "not asked for: the client does not sign in"),
        ] {
            let line = CheckReport(items.filter { $0.name == topic }).table
            #expect(line.contains(part), "\(part) in \(line)")
        }
    }

    @Test("A topic that does not exist is waited for as long as news of a new one may take", arguments: [true, false])
    func awaitsTopics(appears: Bool) async throws {
        cluster.setFailure(of: "gone", to: .unknown)
        let elapsed = Mutex((time: Duration.zero, sleeps: 0))
        let clock = SinkClock(
            now: { elapsed.withLock { $0.time } },
            wallMilliseconds: SinkClock.system.wallMilliseconds,
            sleep: { [cluster] _ in
                let sleeps = elapsed.withLock { elapsed in
                    elapsed.time += .seconds(1)
                    elapsed.sleeps += 1
                    return elapsed.sleeps
                }
                if appears, sleeps == 3 { cluster.setFailure(of: "gone", to: nil) }
            }
        )
        let problems = try await check(["a", "gone"]).run(timeout: .seconds(30), clock: clock, stop: StopSignal())
            .problems
        #expect(problems.map(\.cause) == (appears ? [] : [.configuration]))
        #expect(appears || problems.first?.message.contains("topic gone does not exist") == true)
        #expect(elapsed.withLock { $0.sleeps } == (appears ? 3 : 5))
    }

    @Test(
        "What may come of a broker that starts behind a proxy is waited for, and is a refusal after ten seconds",
        arguments: [(3, "within 3 s (startup.timeout.ms)"), (120, "refuse the connection")]
    )
    func cuts(timeout: Int, words: String) async throws {
        let listener = CuttingListener()
        let servers = "127.0.0.1:\(listener.port)"
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": servers]),
            logger: StartupSamples.logger
        )
        let consumer = try StartupSamples.settings(["bootstrap.servers": servers]).consumer
        let problems = await KafkaStartupCheck(cluster: connection, consumer: consumer, topics: .list(["a"]))
            .run(timeout: .seconds(timeout), clock: .system, stop: StopSignal()).problems
        #expect(problems.map(\.cause) == [.service])
        let message = problems.first?.message ?? ""
        for part in [servers, words, "it may want TLS on this port", "security.protocol"] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
    }
}
