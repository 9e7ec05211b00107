internal import FoundationEssentials
internal import HTTPServer
package import Logging
internal import Synchronization

/// A local ADX with its storage: the engine, Data Management, Entra tokens, blobs, queues and the status table on one port.
///
/// For tests and demonstrations only: it checks no identity beyond its own tokens, encrypts nothing and keeps nothing.
package final class EmulatedCluster: Sendable {
    private let parts: ClusterParts
    private let logger: Logger
    private let server = Mutex<HTTPListener?>(nil)

    /// Creates a cluster that does not listen yet, and executes the configuration's commands.
    /// - Throws: ``EmulatorError`` when the data directory or a command cannot be used.
    package init(configuration: EmulatedClusterConfiguration = .init(), logger: Logger) throws(EmulatorError) {
        guard !configuration.databases.isEmpty else {
            throw EmulatorError(.configuration, "a cluster needs at least one database")
        }
        self.logger = logger
        parts = try ClusterParts(
            configuration,
            identityToken: "emulated-identity.\(UUID().uuidString.lowercased())",
            logger: logger
        )
        for command in configuration.setupCommands {
            do {
                _ = try parts.commands.execute(command, database: configuration.databases[0], baseURL: "")
            } catch let error as EmulatorError {
                parts.directory.remove()
                throw EmulatorError(error.code, "the setup command '\(command.prefix(120))' failed: \(error.message)")
            } catch {
                parts.directory.remove()
                throw EmulatorError(.configuration, "the setup command '\(command.prefix(120))' failed: \(error)")
            }
        }
    }

    /// Starts listening.
    /// - Throws: ``EmulatorError`` with `configuration` when the port cannot be used.
    package func start() throws(EmulatorError) {
        let configuration = parts.configuration
        let parts = parts
        let fallback = "http://\(configuration.host):\(configuration.port)"
        do {
            let server = HTTPListener(
                configuration: HTTPServerConfiguration(host: configuration.host, port: configuration.port),
                logger: logger
            ) { request in
                let router = RequestRouter(parts: parts, fallbackURL: fallback)
                return await router.reply(to: EmulatorRequest(request)).response
            }
            try server.start()
            self.server.withLock { $0 = server }
        } catch {
            throw EmulatorError(
                .configuration,
                "cannot listen on \(configuration.host):\(configuration.port): \(error)"
            )
        }
        parts.dataManagement.wake()
    }

    /// Stops listening and ingesting, and removes a temporary data directory.
    package func stop() async {
        let server = server.withLock { server in
            defer { server = nil }
            return server
        }
        await server?.stop()
        let dataManagement = parts.dataManagement
        try? await parts.blocking.run { dataManagement.stop() }
        parts.directory.remove()
    }

    /// The port it listens on; 0 while it does not.
    package var port: Int { server.withLock { $0?.port ?? 0 } }

    /// The URL of the engine and of Data Management.
    package var url: String {
        let host = parts.configuration.host == "0.0.0.0" ? "127.0.0.1" : parts.configuration.host
        return "http://\(host):\(port)"
    }

    /// Executes a management command as if it came over the network.
    /// - Throws: ``EmulatorError``.
    package func manage(_ command: String, database: String? = nil) throws -> ResultTable {
        try parts.commands.execute(command, database: database ?? parts.configuration.databases[0], baseURL: url)
    }

    /// Runs a query.
    /// - Throws: ``EmulatorError``.
    package func query(_ text: String, database: String? = nil) throws -> ResultTable {
        try parts.queries.run(text, database: database ?? parts.configuration.databases[0])
    }

    /// How many rows a table has.
    /// - Throws: ``EmulatorError`` when there is no such table.
    package func rowCount(_ table: String, database: String? = nil) throws(EmulatorError) -> Int {
        try parts.catalog.table(table, in: database ?? parts.configuration.databases[0]).rowCount
    }

    /// What was ingested so far.
    package var statistics: IngestionStatistics { parts.dataManagement.statistics }

    /// How many blobs were uploaded, and how many bytes they had as uploaded.
    package var uploads: (blobs: Int, bytes: Int) { parts.blobs.totals }

    /// The number of blobs that are there now.
    package var blobCount: Int { parts.blobs.count }

    /// The error codes of the latest failed ingestions, oldest first.
    package var failureCodes: [String] { parts.dataManagement.failures.map(\.failure.code.text) }

    /// Whether nothing is queued and nothing is being ingested.
    package var isIdle: Bool { parts.dataManagement.isIdle }

    /// Adds a fault and returns its number.
    @discardableResult
    package func add(_ fault: Fault) -> Int { parts.faults.add(fault) }

    /// Removes all faults.
    package func clearFaults() { parts.faults.remove() }

    /// How often the faults in force have struck, by number.
    package var faultStrikes: [Int: Int] {
        Dictionary(parts.faults.entries.map { ($0.id, $0.struck) }, uniquingKeysWith: { _, new in new })
    }

    /// Keeps uploads and messages unread, or starts ingesting them.
    package func setDiscarding(_ discards: Bool) { parts.dataManagement.setPaused(discards) }

    /// Counts and deletes what discard mode has kept, by `database.table`.
    package func countDiscarded() async throws -> [String: DiscardedCount] {
        try await ControlEndpoint(parts: parts).count()
    }

    /// Removes rows, blobs, messages, statuses and faults; tables, mappings and policies stay.
    package func reset() { ControlEndpoint(parts: parts).reset() }

    /// Makes all issued tokens invalid.
    package func revokeTokens() { parts.tokens.revokeAll() }

    /// Makes all issued shared access signatures invalid.
    package func revokeSignatures() { parts.access.revokeAll() }
}
