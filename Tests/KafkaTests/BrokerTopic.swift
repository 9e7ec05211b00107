import Foundation
import Kafka
import KafkaBroker
import Testing

/// A topic of one partition on a real broker, whose log can be damaged.
struct BrokerTopic {
    let broker: KafkaBroker
    let name: String
    var partition: TopicPartition { TopicPartition(topic: name, partition: 0) }
    var configuration: KafkaClientConfiguration {
        KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers])
    }

    init(_ purpose: String, settings: [String: String] = [:]) throws {
        broker = try KafkaBroker.shared()
        name = "\(purpose)-\(UUID().uuidString.prefix(8).lowercased())"
        try KafkaAdmin(configuration: configuration, logger: Fixture.logger).createTopic(
            name,
            partitions: 1,
            settings: settings
        )
    }

    /// Writes records, in one batch if the defaults allow it.
    func produce(_ count: Int, _ more: [String: String] = [:], value: (Int) -> [UInt8]) throws {
        var configuration = configuration
        configuration.values.merge(["batch.num.messages": "\(count)", "linger.ms": "60000"].merging(more) { $1 }) { $1 }
        try KafkaProducer(configuration: configuration, logger: Fixture.logger).sendAll(
            (0..<count).map { KafkaRecord(topic: name, partition: 0, value: value($0)) },
            timeout: .seconds(60)
        )
    }

    func member(_ more: [String: String] = [:], stallLimit: Duration = .seconds(60)) throws -> GroupMember {
        let base = [
            "group.id": "g-\(name)", "enable.auto.commit": "false", "enable.auto.offset.store": "false",
            "session.timeout.ms": "6000", "partition.assignment.strategy": "cooperative-sticky",
            "check.crcs": "true",
        ]
        var configuration = configuration
        configuration.values.merge(base.merging(more) { $1 }) { $1 }
        return try GroupMember(configuration: configuration, logger: Fixture.logger, stallLimit: stallLimit)
    }

    /// Runs one of Apache Kafka's own tools to its end.
    func run(_ tool: String, _ arguments: String...) throws {
        let home = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(home)/bin/\(tool).sh")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(tool) failed")
    }

    /// Deletes the records before an offset, as retention does.
    func deleteRecords(before offset: Int64) throws {
        let file = FileManager.default.temporaryDirectory.path + "/\(name).json"
        try #"{"partitions":[{"topic":"\#(name)","partition":0,"offset":\#(offset)}]}"#.write(
            toFile: file,
            atomically: true,
            encoding: .utf8
        )
        defer { try? FileManager.default.removeItem(atPath: file) }
        try run(
            "kafka-delete-records",
            "--bootstrap-server",
            broker.bootstrapServers,
            "--offset-json-file",
            file
        )
    }

    /// Flips a bit of one byte of the batch that holds an offset.
    /// - Returns: The batch's offsets.
    func damage(at offset: Int64, byte: Int) throws -> Range<Int64> {
        let folder = try #require(broker.folder) + "/data"
        let file = try FileHandle(
            forUpdating: URL(fileURLWithPath: "\(folder)/\(name)-0/00000000000000000000.log")
        )
        defer { try? file.close() }
        // Kafka's message format, record batch: first offset (8 bytes), length of what follows (4 bytes), and at 23 how
        // far the last offset is from the first (4 bytes); all big-endian.
        while let head = try file.read(upToCount: 61), head.count == 61 {
            func number(_ bytes: Range<Int>) -> Int64 { head[bytes].reduce(0) { $0 << 8 | Int64($1) } }
            let start = try file.offset() - 61
            let offsets = number(0..<8)..<(number(0..<8) + number(23..<27) + 1)
            if offsets.contains(offset) {
                let place = start + UInt64(byte)
                try file.seek(toOffset: place)
                let old = try #require(try file.read(upToCount: 1)?.first)
                try file.seek(toOffset: place)
                try file.write(contentsOf: [old ^ 0x10])
                return offsets
            }
            try file.seek(toOffset: start + 12 + UInt64(number(8..<12)))
        }
        Issue.record("no batch of \(name) holds offset \(offset)")
        return offset..<offset
    }
}
