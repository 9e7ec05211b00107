internal import Foundation
internal import Glibc

/// A real Apache Kafka in KRaft mode on free ports of the loopback interface, or the one of `KAFKA_BOOTSTRAP_SERVERS`.
///
/// Started once for all tests of a process and ended with it: the broker's shell reads a pipe whose other end only this
/// process holds.
package final class KafkaBroker: Sendable {
    /// Why a broker could not be started.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// `host:port`.
    package let bootstrapServers: String
    /// Where it keeps its data and its log; `nil` for a broker that somebody else runs.
    package let folder: String?
    private let ports: [Int]
    private let listeners: [BrokerListener]
    private let process: BrokerProcess?

    /// Whether this machine can have a broker: `KAFKA_HOME` and Java, or a broker that is there.
    package static let isAvailable = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] != nil || canBeOwn

    /// Whether a test can have a broker of its own, and Kafka's tools.
    package static let canBeOwn: Bool = {
        guard let home = ProcessInfo.processInfo.environment["KAFKA_HOME"] else { return false }
        return FileManager.default.isExecutableFile(atPath: home + "/bin/kafka-server-start.sh")
    }()

    /// The broker that all tests share.
    /// - Throws: ``Failure`` when it does not answer within two minutes.
    package static func shared() throws -> KafkaBroker { try broker.get() }

    /// A broker for one test, which may kill it; it ends with the object.
    /// - Parameters:
    ///   - listeners: Ports beside the one without any security.
    ///   - properties: More properties of the broker.
    ///   - users: Users of SCRAM, as `kafka-storage.sh format --add-scram` takes them.
    /// - Throws: ``Failure`` when it does not answer within two minutes.
    package static func own(
        listeners: [BrokerListener] = [],
        properties: [String: String] = [:],
        users: [String] = []
    ) throws -> KafkaBroker {
        try KafkaBroker(
            startingIn: FileManager.default.temporaryDirectory,
            listeners: listeners,
            properties: properties,
            users: users
        )
    }

    /// Where a listener of one's own is, as `host:port`.
    /// - Parameter host: A name or address of the loopback interface.
    package func address(of listener: String, host: String = "127.0.0.1") -> String {
        let place = listeners.firstIndex { $0.name == listener }
        return place.map { "\(host):\(ports[2 + $0])" } ?? bootstrapServers
    }

    private static let broker = Result {
        if let servers = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] {
            return KafkaBroker(at: servers)
        }
        return try own()
    }

    private init(at servers: String) {
        bootstrapServers = servers
        folder = nil
        ports = []
        listeners = []
        process = nil
    }

    private init(
        startingIn parent: URL,
        listeners: [BrokerListener],
        properties: [String: String],
        users: [String]
    ) throws {
        guard let home = ProcessInfo.processInfo.environment["KAFKA_HOME"] else {
            throw Failure(description: "KAFKA_HOME is not set")
        }
        ports = FreePorts.take(2 + listeners.count)
        self.listeners = listeners
        bootstrapServers = "127.0.0.1:\(ports[0])"
        let folder = parent.path + "/kusto-sink-kafka-\(ports[0])"
        self.folder = folder
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = Self.lines(of: listeners) + properties.map { "\($0)=\($1)" }
        try (Self.properties(ports: ports, listeners, folder: folder) + lines.joined(separator: "\n")).write(
            toFile: folder + "/server.properties",
            atomically: true,
            encoding: .utf8
        )
        process = try BrokerProcess(home: home, folder: folder, users: users)
        try awaitPort()
    }

    /// Ends a broker of one's own as a crash would, and returns when its port is closed.
    package func kill() throws {
        try process?.tell("kill")
        let deadline = ContinuousClock.now + .seconds(60)
        while FreePorts.isOpen(ports[0]) {
            guard ContinuousClock.now < deadline else { throw Failure(description: "Apache Kafka does not end") }
            usleep(20_000)
        }
    }

    /// Starts a killed broker again, on the same port and with the same data, and returns when the port is open.
    package func restart() throws {
        try process?.tell("start")
        try awaitPort()
    }

    /// Stops a broker of one's own, so that it keeps its connections and answers nothing.
    package func pause() throws { try process?.tell("pause") }

    /// Lets a paused broker go on.
    package func resume() throws { try process?.tell("resume") }

    private func awaitPort() throws {
        // Formatting its storage starts Java twice before that.
        let deadline = ContinuousClock.now + .seconds(120)
        while !FreePorts.isOpen(ports[0]) {
            guard ContinuousClock.now < deadline, process?.isRunning == true else {
                let log = folder.flatMap { try? String(contentsOfFile: $0 + "/log", encoding: .utf8) } ?? ""
                throw Failure(description: "Apache Kafka did not start: \(log.suffix(2000))")
            }
            usleep(100_000)
        }
    }

    /// The properties of listeners, each with its prefix.
    private static func lines(of listeners: [BrokerListener]) -> [String] {
        listeners.flatMap { listener in
            listener.properties.map { "listener.name.\(listener.name.lowercased()).\($0)=\($1)" }
        }
    }

    private static func properties(ports: [Int], _ listeners: [BrokerListener], folder: String) -> String {
        let more = listeners.enumerated().map { ",\($1.name)://127.0.0.1:\(ports[2 + $0])" }.joined()
        let advertised = listeners.enumerated().map { ",\($1.name)://localhost:\(ports[2 + $0])" }.joined()
        let protocols = listeners.map { ",\($0.name):\($0.securityProtocol)" }.joined()
        return """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:\(ports[1])
            listeners=PLAINTEXT://127.0.0.1:\(ports[0]),CONTROLLER://127.0.0.1:\(ports[1])\(more)
            advertised.listeners=PLAINTEXT://127.0.0.1:\(ports[0])\(advertised)
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\(protocols)
            log.dirs=\(folder)/data
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.abort.timed.out.transaction.cleanup.interval.ms=500
            log.cleaner.backoff.ms=200
            broker.session.timeout.ms=2000
            broker.heartbeat.interval.ms=500
            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=500
            auto.create.topics.enable=false

            """
    }
}
