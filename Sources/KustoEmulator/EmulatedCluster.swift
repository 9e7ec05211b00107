internal import HTTPServer
package import Logging
internal import Synchronization

/// A local ADX with its storage: the engine, Data Management, Entra tokens, blobs, queues and the status table.
///
/// All of it listens on one port, or Data Management and the storage on a second one. For tests and demonstrations
/// only: it checks no identity beyond those that it is told and keeps nothing.
package final class EmulatedCluster: Sendable {
    /// What the cluster is made of.
    let parts: ClusterParts
    private let logger: Logger
    private let listeners = Mutex<[HTTPListener]>([])

    /// Creates a cluster that does not listen yet, and executes the configuration's commands.
    /// - Throws: ``EmulatorError`` when the data directory or a command cannot be used.
    package init(configuration: EmulatedClusterConfiguration = .init(), logger: Logger) throws(EmulatorError) {
        guard !configuration.databases.isEmpty else {
            throw EmulatorError(.configuration, "a cluster needs at least one database")
        }
        self.logger = logger
        parts = try ClusterParts(configuration, logger: logger)
        for command in configuration.setupCommands {
            do {
                _ = try parts.commands.execute(command, database: configuration.databases[0], by: CommandCaller())
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
    /// - Throws: ``EmulatorError`` with `configuration` when a port or the certificate cannot be used.
    package func start() throws(EmulatorError) {
        let configuration = parts.configuration
        if configuration.splitsEndpoints {
            let engine = try listen(.engine, port: configuration.port)
            let ingestion = try listen(.dataManagement, port: configuration.ingestionPort)
            parts.addresses.set(engine: url(engine), ingestion: url(ingestion))
        } else {
            let both = url(try listen(.everything, port: configuration.port))
            parts.addresses.set(engine: both, ingestion: both)
        }
        parts.dataManagement.wake()
    }

    private func listen(_ service: ClusterService, port: Int) throws(EmulatorError) -> Int {
        let configuration = parts.configuration
        let parts = parts
        let tls = configuration.tls.map {
            HTTPServerConfiguration.TLS(certificate: $0.certificate, key: $0.key)
        }
        let server = HTTPListener(
            configuration: HTTPServerConfiguration(host: configuration.host, port: port, tls: tls),
            logger: logger
        ) { request in
            let router = RequestRouter(parts: parts, service: service)
            return await router.reply(to: EmulatorRequest(request)).response
        }
        do {
            try server.start()
        } catch {
            throw EmulatorError(.configuration, "cannot listen on \(configuration.host):\(port): \(error)")
        }
        listeners.withLock { $0.append(server) }
        return server.port
    }

    /// Stops listening and ingesting, and removes a temporary data directory.
    package func stop() async {
        parts.silence.end()
        for listener in listeners.withLock({ listeners in
            defer { listeners = [] }
            return listeners
        }) {
            await listener.stop()
        }
        let dataManagement = parts.dataManagement
        try? await parts.blocking.run { dataManagement.stop() }
        parts.directory.remove()
    }

    /// The port of the engine; 0 while it does not listen.
    package var port: Int { listeners.withLock { $0.first?.port ?? 0 } }

    private func url(_ port: Int) -> String {
        let host = parts.configuration.host == "0.0.0.0" ? "127.0.0.1" : parts.configuration.host
        return "\(parts.addresses.scheme)://\(host):\(port)"
    }

    /// The URL of the engine; of Data Management too unless the endpoints are split.
    package var engineURL: String { parts.addresses.engine }

    /// The URL of Data Management, and of the storage.
    package var ingestURL: String { parts.addresses.ingestion }

    /// The URL of everything, for clusters whose endpoints are not split.
    package var url: String { engineURL }

    /// Executes a management command as if it came over the network.
    /// - Throws: ``EmulatorError``.
    package func manage(_ command: String, database: String? = nil) throws -> ResultTable {
        try parts.commands.execute(
            command,
            database: database ?? parts.configuration.databases[0],
            by: CommandCaller(baseURL: ingestURL)
        )
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

    /// Calls `body` with the value that each row of a table has in one column; memory does not grow with the table.
    /// - Throws: ``EmulatorError`` when there is no such table or column, or its file cannot be read.
    package func forEachValue(
        of column: String,
        in table: String,
        database: String? = nil,
        _ body: (CellValue) -> Void
    ) throws {
        try parts.catalog.table(table, in: database ?? parts.configuration.databases[0]).scan(columns: [column]) {
            body($0[0])
        }
    }

    /// How often each number from 0 to below `limit` is in a column, counted to 255 at most; other values are left out.
    /// - Throws: ``EmulatorError`` when there is no such table or column, or its file cannot be read.
    package func occurrences(
        of column: String,
        in table: String,
        below limit: Int,
        database: String? = nil
    ) throws -> [UInt8] {
        var counts = [UInt8](repeating: 0, count: limit)
        try forEachValue(of: column, in: table, database: database) { value in
            guard case .integer(let number) = value, let index = Int(exactly: number), counts.indices.contains(index),
                counts[index] < .max
            else { return }
            counts[index] += 1
        }
        return counts
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

    /// How many requests are held that are never answered.
    package var silentRequests: Int { parts.silence.count }

    /// Removes all faults.
    package func clearFaults() { parts.faults.remove() }

    /// Keeps uploads and messages unread, or starts ingesting them.
    package func setDiscarding(_ discards: Bool) { parts.dataManagement.setPaused(discards) }

    /// Counts and deletes what discard mode has kept, by `database.table`.
    package func countDiscarded() async throws -> [String: DiscardedCount] {
        try await ControlEndpoint(parts: parts).count()
    }

    /// Removes rows, blobs, messages, statuses and faults; tables, mappings and policies stay.
    package func reset() { ControlEndpoint(parts: parts).reset() }

    /// The latest requests for tokens and metadata, oldest first.
    package var identityRequests: [IdentityRequest] { parts.identityRequests.all }

    /// Forgets the requests for tokens and metadata.
    package func forgetIdentityRequests() { parts.identityRequests.removeAll() }

    /// Adds an application of Entra, replaces it, or with `nil` removes it.
    package func setApplication(_ application: EmulatedApplication?, for id: String) {
        parts.tokens.applications.set(application, for: id)
    }

    /// How many commands, queries and streamed bodies were refused because of their token.
    package var refusedTokens: Int { parts.tokens.refusals }

    /// Makes all issued tokens invalid.
    package func revokeTokens() { parts.tokens.revokeAll() }

    /// Makes all issued identity tokens invalid.
    package func revokeIdentityTokens() { parts.identityTokens.revokeAll() }

    /// Makes all issued shared access signatures invalid.
    package func revokeSignatures() { parts.access.revokeAll() }
}
