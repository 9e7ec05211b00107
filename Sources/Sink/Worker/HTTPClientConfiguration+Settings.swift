internal import HTTP
internal import SinkConfiguration

extension HTTPClientConfiguration {
    /// What the settings say about the way to Azure.
    init(_ settings: KustoSettings) {
        self.init(proxies: ProxyRules(settings.proxy.map { Proxy(host: $0.host, port: $0.port) }))
    }
}
