internal import Daemon
internal import FoundationEssentials
internal import Glibc
internal import JSON
package import Logging

/// Runs an emulated cluster until it is asked to stop, and says where it is.
package struct EmulatorService: Service {
    private let configuration: EmulatedClusterConfiguration
    private let readyFile: String?
    private let logger: Logger

    /// Creates a service that writes the line for standard output to `readyFile` too, if one is named.
    package init(configuration: EmulatedClusterConfiguration, readyFile: String?, logger: Logger) {
        self.configuration = configuration
        self.readyFile = readyFile
        self.logger = logger
    }

    package func run() async throws {
        let cluster: EmulatedCluster
        do {
            cluster = try EmulatedCluster(configuration: configuration, logger: logger)
            try cluster.start()
        } catch {
            throw ExitError(.usage, error.message)
        }
        logger.warning(
            "this is an emulator for tests and demonstrations, not a database",
            ["emulator.url": cluster.engineURL, "emulator.ingestion_url": cluster.ingestURL]
        )
        do {
            try announce(cluster)
            try await gracefulShutdown()
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    /// One JSON line with every URL, so that a script need not know how they are made.
    private func announce(_ cluster: EmulatedCluster) throws {
        let (engine, ingestion) = (cluster.engineURL, cluster.ingestURL)
        let ready: JSONValue = [
            "url": .string(engine), "ingestionUrl": .string(ingestion), "queryUrl": .string(engine),
            "authorityUrl": .string(engine), "controlUrl": .string("\(engine)/emulator"),
            "port": .integer(Int64(cluster.port)), "databases": .array(configuration.databases.map { .string($0) }),
        ]
        let line = ready.serialized() + [0x0A]
        if let readyFile { try Data(line).write(to: URL(filePath: readyFile), options: .atomic) }
        unsafe _ = line.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
    }
}
