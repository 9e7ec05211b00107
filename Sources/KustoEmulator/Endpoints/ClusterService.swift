/// What a listener of the cluster serves.
enum ClusterService: Sendable {
    /// Everything, when the cluster has one port.
    case everything
    /// Queries, commands on tables and streaming ingestion.
    case engine
    /// Data Management: ingestion resources and identity tokens; storage is beside it.
    case dataManagement
}
