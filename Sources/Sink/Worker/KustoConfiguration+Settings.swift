internal import Daemon
internal import Kusto
internal import SinkConfiguration

extension KustoConfiguration {
    /// The cluster and the credential that the settings name.
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - environment: The process's variables, which describe managed and workload identities.
    init(_ settings: SinkSettings, environment: [String: String]) {
        self.init(
            ingestionURL: settings.kusto.ingestionURL,
            queryURL: settings.kusto.queryURL,
            trust: settings.kusto.endpointTrust,
            credential: settings.kusto.credential,
            application: settings.name,
            version: Release.version,
            environment: environment
        )
    }
}
