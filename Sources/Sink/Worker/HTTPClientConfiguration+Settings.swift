internal import HTTP
internal import SinkConfiguration

extension HTTPClientConfiguration {
    /// What the settings say about the way to Azure.
    /// - Throws: ``SinkFailure`` with `clientConfiguration` when a trust store cannot be used.
    init(_ settings: SinkSettings) throws(SinkFailure) {
        var authorities = settings.network.authorities
        if let store = settings.kusto.trustStore { authorities.additional = try store.authorities() }
        self.init(authorities: authorities, proxies: settings.kusto.proxies)
    }
}
