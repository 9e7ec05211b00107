internal import Foundation
internal import Glibc
internal import Synchronization

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
    /// Where the broker keeps the logs of partitions, a folder each; `nil` for a broker that was there already.
    package let dataFolder: String?
    private let process: Mutex<BrokerProcess?>

    /// Whether this machine can have a broker: `KAFKA_HOME` and Java, or a broker that is there.
    package static let isAvailable: Bool = {
        let environment = ProcessInfo.processInfo.environment
        if environment["KAFKA_BOOTSTRAP_SERVERS"] != nil { return true }
        guard let home = environment["KAFKA_HOME"] else { return false }
        return FileManager.default.isExecutableFile(atPath: home + "/bin/kafka-server-start.sh")
    }()

    /// The broker that all tests share.
    /// - Throws: ``Failure`` when it does not answer within a minute.
    package static func shared() throws -> KafkaBroker { try broker.get() }

    private static let broker = Result { try KafkaBroker() }

    private init() throws {
        let environment = ProcessInfo.processInfo.environment
        if let servers = environment["KAFKA_BOOTSTRAP_SERVERS"] {
            bootstrapServers = servers
            dataFolder = nil
            process = Mutex(nil)
            return
        }
        guard let home = environment["KAFKA_HOME"] else { throw Failure(description: "KAFKA_HOME is not set") }
        let ports = FreePorts.take(2)
        bootstrapServers = "127.0.0.1:\(ports[0])"
        let folder = FileManager.default.temporaryDirectory.path + "/kusto-sink-kafka-\(ports[0])"
        dataFolder = folder + "/data"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.properties(ports: ports, folder: folder).write(
            toFile: folder + "/server.properties",
            atomically: true,
            encoding: .utf8
        )
        let started = try BrokerProcess(home: home, folder: folder)
        process = Mutex(started)
        let deadline = ContinuousClock.now + .seconds(60)
        while !FreePorts.isOpen(ports[0]) {
            guard ContinuousClock.now < deadline, started.isRunning else {
                let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
                throw Failure(description: "Apache Kafka did not start: \(log.suffix(2000))")
            }
            usleep(100_000)
        }
    }

    private static func properties(ports: [Int], folder: String) -> String {
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:\(ports[1])
        listeners=PLAINTEXT://127.0.0.1:\(ports[0]),CONTROLLER://127.0.0.1:\(ports[1])
        advertised.listeners=PLAINTEXT://127.0.0.1:\(ports[0])
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=\(folder)/data
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=500
        auto.create.topics.enable=false

        """
    }
}
