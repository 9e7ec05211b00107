/// Which proxy a request goes through, and which requests go straight to their servers.
package struct ProxyRules: Sendable, Hashable {
    /// The proxy for `https` URLs.
    package var https: HTTPClientConfiguration.Proxy?
    /// The proxy for `http` URLs.
    package var http: HTTPClientConfiguration.Proxy?
    /// Servers that are reached without it.
    package var exceptions: ProxyExceptions

    /// No request goes through a proxy.
    package static let none = ProxyRules(nil)

    /// Creates rules by which every request goes through one proxy.
    package init(_ proxy: HTTPClientConfiguration.Proxy?, exceptions: ProxyExceptions = .none) {
        self.init(https: proxy, http: proxy, exceptions: exceptions)
    }

    /// Creates rules.
    package init(
        https: HTTPClientConfiguration.Proxy?,
        http: HTTPClientConfiguration.Proxy?,
        exceptions: ProxyExceptions = .none
    ) {
        self.https = https
        self.http = http
        self.exceptions = exceptions
    }

    /// The proxy of a request, or `nil` for none, as for a URL that libcurl cannot read.
    func proxy(for url: String) -> HTTPClientConfiguration.Proxy? {
        guard https != nil || http != nil, let target = RequestTarget(url),
            let proxy = target.isSecure ? https : http
        else { return nil }
        if target.isLocal, !proxy.isForLocalHosts { return nil }
        return exceptions.contains(target) ? nil : proxy
    }
}
