/// What a listener of the cluster serves.
enum ClusterService: Sendable {
    /// Everything, as a test that does not care wants it.
    case everything
    /// Queries, commands on tables and streaming ingestion.
    case engine
    /// Data Management: ingestion resources and identity tokens; storage is beside it.
    case dataManagement
}
