/// Which hosts may be sent credentials: those of Azure Data Explorer, loopback, and those that the user names.
package struct EndpointTrust: Sendable, Hashable {
    /// Hosts that are trusted besides, in lower case.
    package var additionalHosts: [String]

    /// Trusts the well-known hosts, loopback, and `additionalHosts`.
    package init(additionalHosts: [String] = []) {
        self.additionalHosts = additionalHosts.map { $0.lowercased() }
    }

    /// Why a URL is not trusted, or `nil` when it is; the text never quotes the URL.
    package func refusal(of url: String) -> String? {
        do throws(EndpointURL.Refusal) {
            return refusal(of: try EndpointURL(url))
        } catch {
            return error.reason
        }
    }

    /// Whether the host of `url` is one of Azure's.
    func isWellKnown(_ url: EndpointURL) -> Bool {
        Self.hosts.contains(url.host)
            || Self.suffixes.contains { url.host.hasSuffix($0) && url.host.count > $0.count }
    }

    func refusal(of url: EndpointURL) -> String? {
        if url.isLoopback { return nil }
        if url.scheme == "http" { return "HTTP is not supported. Only HTTPS endpoints are allowed." }
        if isWellKnown(url) || additionalHosts.contains(url.host) { return nil }
        return """
            URL does not point to a known Azure Data Explorer endpoint; correct it, or add its host to \
            kusto.endpoint.trust if credentials may be sent there
            """
    }

    /// Suffixes of the hosts of clusters, by cloud; the list of Azure's own SDK.
    private static let suffixes: [String] =
        [
            ".kusto.windows.net", ".kustomfa.windows.net", ".kustodev.windows.net", ".kusto.azuresynapse.net",
            ".kustodev.azuresynapse-dogfood.net", ".kusto.fabric.microsoft.com", ".kusto.data.microsoft.com",
            ".dxp.aad.azure.com", ".dxp-dev.aad.azure.com", ".playfabapi.com", ".playfab.com", ".azureplayfab.com",
            ".api.securityplatform.microsoft.com", ".securitycenter.windows.com", ".arg.core.windows.net",
            ".arg-df.core.windows.net", ".arg-int.core.windows.net", ".kusto.usgovcloudapi.net",
            ".kustomfa.usgovcloudapi.net", ".arg.core.usgovcloudapi.net", ".kusto.chinacloudapi.cn",
            ".kustomfa.chinacloudapi.cn", ".kusto.azuresynapse.azure.cn", ".playfab.cn", ".arg.core.chinacloudapi.cn",
            ".kusto.core.eaglex.ic.gov", ".kustomfa.core.eaglex.ic.gov", ".arg.core.eaglex.ic.gov",
            ".kusto.core.microsoft.scloud", ".kustomfa.core.microsoft.scloud", ".arg.core.microsoft.scloud",
        ] + ["fr", "de", "sg"].flatMap { [".kusto.sovcloud-api.\($0)", ".kustomfa.sovcloud-api.\($0)"] }

    /// Whole names of hosts that serve the same protocol.
    private static let hosts: Set<String> = {
        let services = ["applicationinsights", "loganalytics", "monitor"]
        let clouds = ["us", "cn", "eaglex.ic.gov", "microsoft.scloud", "fr", "de", "sg"]
        let fixed = [
            "ade.applicationinsights.io", "ade.loganalytics.io", "adx.aimon.applicationinsights.azure.com",
            "kusto.aria.microsoft.com", "eu.kusto.aria.microsoft.com",
        ]
        let publicCloud = services.flatMap { ["adx.\($0).azure.com", "adx.int.\($0).azure.com"] }
        return Set(fixed + publicCloud + services.flatMap { service in clouds.map { "adx.\(service).azure.\($0)" } })
    }()
}
