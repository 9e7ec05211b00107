/// What commands work on.
struct ManagementContext: Sendable {
    /// Databases, tables, mappings and policies.
    let catalog: Catalog
    /// The ingesting part, for failures.
    let dataManagement: DataManagement
    /// For `.ingest inline`.
    let ingestor: Ingestor
    /// Accounts, containers and queues.
    let layout: StorageLayout
    /// Signatures for them.
    let access: SharedAccessRegistry
    /// What `.get kusto identity token` returns.
    let identityTokens: IdentityTokens
    /// Which applications have which rights.
    let applications: ApplicationRegistry
}
