internal import Daemon
internal import Kusto
internal import SinkConfiguration

extension KustoConfiguration {
    /// The cluster and the credential that the settings name.
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - environment: The process's variables, which describe managed and workload identities.
    init(_ settings: SinkSettings, environment: [String: String]) {
        let authentication: Authentication =
            switch settings.kusto.authentication {
            case .application(let tenantID, let clientID, let secret):
                .application(tenantID: tenantID, clientID: clientID, secret: secret)
            case .managedIdentity(let clientID): .managedIdentity(clientID: clientID)
            case .workloadIdentity: .workloadIdentity
            case .developerToken(let token): .token(token)
            }
        self.init(
            ingestionURL: settings.kusto.ingestionURL,
            queryURL: settings.kusto.queryURL,
            authentication: authentication,
            application: settings.name,
            version: Release.version,
            environment: environment
        )
    }
}
