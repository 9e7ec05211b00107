/// One of Azure's clouds: where its clusters are, and where they log in.
struct AzureCloud: Sendable {
    /// The hosts of Entra's login endpoints, the one that clusters name first.
    let logins: [String]
    /// Suffixes of the hosts of clusters, each beginning with a dot.
    let suffixes: [String]
    /// Whole names of hosts that serve the same protocol.
    let hosts: Set<String>
    /// Suffixes of the hosts of storage, each beginning with a dot.
    let storage: [String]

    private init(
        _ logins: [String],
        suffixes: [String],
        hosts: [String] = [],
        monitors: [String],
        storage: [String]
    ) {
        self.logins = logins
        self.suffixes = suffixes
        // Azure Monitor's three services answer as clusters in every cloud.
        let services = ["applicationinsights", "loganalytics", "monitor"]
        self.hosts = Set(hosts + services.flatMap { service in monitors.map { $0.replacing("*", with: service) } })
        self.storage = storage
    }

    /// All clouds, as the list of Azure's own SDK has them; the storage of each is what its clusters use.
    static let all: [AzureCloud] =
        [
            AzureCloud(
                ["login.microsoftonline.com"],
                suffixes: [
                    ".kusto.windows.net", ".kustomfa.windows.net", ".kustodev.windows.net", ".kusto.azuresynapse.net",
                    ".kustodev.azuresynapse-dogfood.net", ".kusto.fabric.microsoft.com", ".kusto.data.microsoft.com",
                    ".dxp.aad.azure.com", ".dxp-dev.aad.azure.com", ".playfabapi.com", ".playfab.com",
                    ".azureplayfab.com",
                    ".api.securityplatform.microsoft.com", ".securitycenter.windows.com", ".arg.core.windows.net",
                    ".arg-df.core.windows.net", ".arg-int.core.windows.net",
                ],
                hosts: [
                    "ade.applicationinsights.io", "ade.loganalytics.io", "adx.aimon.applicationinsights.azure.com",
                    "kusto.aria.microsoft.com", "eu.kusto.aria.microsoft.com", "api.securityplatform.microsoft.com",
                ],
                monitors: ["adx.*.azure.com", "adx.int.*.azure.com"],
                // Accounts with DNS zones of their own have names such as a.z01.blob.storage.azure.net.
                storage: [".core.windows.net", ".storage.azure.net"]
            ),
            AzureCloud(
                ["login.microsoftonline.us"],
                suffixes: [
                    ".kusto.usgovcloudapi.net", ".kustomfa.usgovcloudapi.net", ".arg.core.usgovcloudapi.net",
                ],
                monitors: ["adx.*.azure.us"],
                storage: [".core.usgovcloudapi.net"]
            ),
            AzureCloud(
                ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
                suffixes: [
                    ".kusto.chinacloudapi.cn", ".kustomfa.chinacloudapi.cn", ".kusto.azuresynapse.azure.cn",
                    ".playfab.cn", ".arg.core.chinacloudapi.cn",
                ],
                monitors: ["adx.*.azure.cn"],
                storage: [".core.chinacloudapi.cn"]
            ),
        ]
        + ["eaglex.ic.gov", "microsoft.scloud"].map { domain in
            AzureCloud(
                ["login.microsoftonline.\(domain)"],
                suffixes: [".kusto.core.\(domain)", ".kustomfa.core.\(domain)", ".arg.core.\(domain)"],
                monitors: ["adx.*.azure.\(domain)"],
                storage: [".core.\(domain)"]
            )
        }
        + ["fr", "de", "sg"].map { country in
            AzureCloud(
                ["login.sovcloud-identity.\(country)"],
                suffixes: [".kusto.sovcloud-api.\(country)", ".kustomfa.sovcloud-api.\(country)"],
                monitors: ["adx.*.azure.\(country)"],
                storage: [".sovcloud-api.\(country)"]
            )
        }

    /// The cloud that a cluster's host belongs to, or `nil`.
    static func of(host: String) -> AzureCloud? {
        all.first { $0.hosts.contains(host) || isBelow(host, $0.suffixes) }
    }

    /// Whether a host's name ends in one of some suffixes and has something in front of it.
    static func isBelow(_ host: String, _ suffixes: [String]) -> Bool {
        suffixes.contains { host.hasSuffix($0) && host.utf8.count > $0.utf8.count }
    }
}
