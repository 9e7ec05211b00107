internal import Logging

/// The parts of an emulated cluster that endpoints work with.
struct ClusterParts: Sendable {
    /// How it is set up.
    let configuration: EmulatedClusterConfiguration
    /// Where files are.
    let directory: DataDirectory
    /// Databases, tables, mappings and policies.
    let catalog: Catalog
    /// Which storage resources there are.
    let layout: StorageLayout
    /// The signatures that open them.
    let access: SharedAccessRegistry
    /// Blob storage.
    let blobs: BlobStore
    /// Queue storage.
    let queues: QueueStore
    /// Table storage.
    let statuses: StatusTableStore
    /// What goes wrong on purpose.
    let faults: FaultInjector
    /// Holds requests that are never answered.
    let silence = Silence()
    /// Bearer tokens.
    let tokens: TokenAuthority
    /// The keys of Azure Arc's agent.
    let arcKeys = ArcKeys()
    /// What signs the tokens of the identity provider for Kafka.
    let providerKey: ProviderKey
    /// What was asked for tokens and metadata.
    let identityRequests = IdentityRequestLog()
    /// The tokens by which queue messages say which application queued them.
    let identityTokens: IdentityTokens
    /// Where the services listen.
    let addresses: ClusterAddresses
    /// Turns sources into rows.
    let ingestor: Ingestor
    /// Ingests what is queued.
    let dataManagement: DataManagement
    /// Management commands.
    let commands: ManagementCommands
    /// Queries.
    let queries: QueryRunner
    /// Threads for long file work.
    let blocking = BlockingWork()
    /// Where events are logged.
    let logger: Logger

    /// Puts the parts of a new cluster together.
    /// - Throws: ``EmulatorError`` when the data directory cannot be used.
    init(_ configuration: EmulatedClusterConfiguration, logger: Logger) throws(EmulatorError) {
        self.configuration = configuration
        self.logger = logger
        let clock = configuration.clock
        directory = try DataDirectory(path: configuration.dataDirectory)
        catalog = Catalog(databases: configuration.databases, directory: directory)
        layout = StorageLayout(
            accounts: configuration.storageAccounts,
            containersPerAccount: configuration.containersPerAccount
        )
        addresses = ClusterAddresses(isSecure: configuration.tls != nil)
        access = SharedAccessRegistry(
            lifetimeSeconds: configuration.signatureLifetimeSeconds,
            containerLifetimeSeconds: configuration.uploadSignatureLifetimeSeconds
                ?? configuration.signatureLifetimeSeconds,
            clock: clock
        )
        blobs = BlobStore(directory: directory, clock: clock)
        queues = QueueStore(clock: clock)
        statuses = StatusTableStore()
        faults = FaultInjector(clock: clock)
        for fault in configuration.faults { _ = faults.add(fault) }
        let applications = ApplicationRegistry(policy: configuration.authentication)
        tokens = TokenAuthority(applications: applications, clock: clock)
        providerKey = ProviderKey(clock: clock)
        identityTokens = IdentityTokens(
            lifetimeSeconds: configuration.authentication.identityTokenLifetimeSeconds,
            clock: clock
        )
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
                identityTokens: identityTokens,
                applications: applications,
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
                identityTokens: identityTokens,
                applications: applications
            )
        )
        queries = QueryRunner(catalog: catalog, limits: configuration.queryLimits, clock: clock)
        if configuration.discards { dataManagement.setPaused(true) }
    }
}
