internal import Logging

/// The parts of an emulated cluster that endpoints work with.
struct ClusterParts: Sendable {
    let configuration: EmulatedClusterConfiguration
    let directory: DataDirectory
    let catalog: Catalog
    let layout: StorageLayout
    let access: SharedAccessRegistry
    let blobs: BlobStore
    let queues: QueueStore
    let statuses: StatusTableStore
    let faults: FaultInjector
    let tokens: TokenAuthority
    let ingestor: Ingestor
    let dataManagement: DataManagement
    let commands: ManagementCommands
    let queries: QueryRunner
    let blocking = BlockingWork()
    let logger: Logger

    /// Puts the parts of a new cluster together.
    /// - Throws: ``EmulatorError`` when the data directory cannot be used.
    init(_ configuration: EmulatedClusterConfiguration, identityToken: String, logger: Logger) throws(EmulatorError) {
        self.configuration = configuration
        self.logger = logger
        let clock = configuration.clock
        directory = try DataDirectory(path: configuration.dataDirectory)
        catalog = Catalog(databases: configuration.databases, directory: directory)
        layout = StorageLayout(
            accounts: configuration.storageAccounts,
            containersPerAccount: configuration.containersPerAccount
        )
        access = SharedAccessRegistry(lifetimeSeconds: configuration.signatureLifetimeSeconds, clock: clock)
        blobs = BlobStore(directory: directory, clock: clock)
        queues = QueueStore(clock: clock)
        statuses = StatusTableStore()
        faults = FaultInjector(clock: clock)
        tokens = TokenAuthority(policy: configuration.authentication, clock: clock)
        ingestor = Ingestor(
            catalog: catalog,
            directory: directory,
            clock: clock,
            maximumBytes: configuration.maximumSourceBytes
        )
        dataManagement = DataManagement(
            .init(
                catalog: catalog,
                blobs: blobs,
                queues: queues,
                statuses: statuses,
                layout: layout,
                access: access,
                faults: faults,
                ingestor: ingestor,
                clock: clock,
                identityToken: identityToken,
                logger: logger
            )
        )
        commands = ManagementCommands(
            context: ManagementContext(
                catalog: catalog,
                dataManagement: dataManagement,
                ingestor: ingestor,
                layout: layout,
                access: access,
                identityToken: identityToken
            )
        )
        queries = QueryRunner(catalog: catalog, limits: configuration.queryLimits)
        if configuration.discards { dataManagement.setPaused(true) }
    }
}
