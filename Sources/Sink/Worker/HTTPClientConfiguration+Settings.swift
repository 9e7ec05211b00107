internal import HTTP
internal import SinkConfiguration

extension HTTPClientConfiguration {
    /// What the settings say about the way to Azure.
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - clock: The time, for certificates that have expired.
    /// - Throws: ``SinkFailure`` with `clientConfiguration` when a trust store cannot be used.
    init(_ settings: SinkSettings, clock: SinkClock = .system) throws(SinkFailure) {
        var authorities = settings.network.authorities
        if let store = settings.kusto.trustStore { authorities.additional = try store.authorities(clock) }
        self.init(authorities: authorities, proxies: settings.kusto.proxies)
    }
}
