internal import Identity
internal import Secrets
internal import Text

extension SettingsBuilder {
    /// Reads where to ingest, as whom, and by which way.
    mutating func kusto(_ network: NetworkSettings) -> KustoSettings {
        let trust = TrustedEndpoints(additionalHosts: trustedHosts())
        let ingestion = endpoint("kusto.ingestion.url", trust: trust, isIngestion: true)
        require("kusto.ingestion.url")
        var query = endpoint("kusto.query.url", trust: trust, isIngestion: false)
        if query == nil, !isPresent("kusto.query.url"), var derived = ingestion {
            if derived.host.hasPrefix("ingest-") { derived.host.removeFirst("ingest-".count) }
            query = derived
        }
        return KustoSettings(
            ingestionURL: ingestion?.text ?? "",
            queryURL: query?.text ?? "",
            credential: credential(),
            validatesTables: flag("kusto.validation.table.enable"),
            proxies: proxies(network),
            trustStore: trustStore(),
            endpointTrust: trust
        )
    }

    private mutating func trustedHosts() -> [String] {
        let hosts = list("kusto.endpoint.trust").filter { $0.lowercased() != "wellknown" }
        for host in hosts {
            // Only the host's name is compared, so a scheme, port or pattern would promise a check that nobody makes.
            guard EndpointURL.isHost(host), !host.hasPrefix("[") else {
                refuse(
                    "kusto.endpoint.trust",
                    "'\(HarmlessText.shown(host))' must be wellknown or a host's name, without scheme, port or *"
                )
                continue
            }
        }
        return hosts
    }

    private mutating func endpoint(_ name: String, trust: TrustedEndpoints, isIngestion: Bool) -> EndpointURL? {
        guard isPresent(name), let text = text(name) else { return nil }
        var url: EndpointURL
        do throws(EndpointURL.Refusal) {
            url = try EndpointURL(text)
        } catch {
            refuse(name, error.reason + Self.advice(forEndpoint: text, error.reason))
            return nil
        }
        if let advice = Self.advice(forPageOf: url) {
            refuse(name, advice)
            return nil
        }
        if let reason = trust.refusal(of: url) {
            refuse(name, reason)
            return nil
        }
        let isCluster = trust.isWellKnown(url) && !trust.additionalHosts.contains(url.host)
        if isIngestion, isCluster, !url.host.contains("ingest-"), url.host != "onebox.dev.kusto.windows.net" {
            url.host = "ingest-" + url.host
            warnings.append("\(name) names a query endpoint; ingesting through \(url.text)")
        }
        if !isIngestion, isCluster, url.host.hasPrefix("ingest-") {
            url.host.removeFirst("ingest-".count)
            warnings.append("\(name) names an ingestion endpoint; asking \(url.text)")
        }
        return url
    }

    private static func advice(forEndpoint text: String, _ reason: String) -> String {
        guard let url = text.prefixMatch(of: /https?:\/\/[^\/?#@\s]+(?=\/?[?#])/)?.output, url.count < text.count,
            !text.contains("@"), !text.contains(";")
        else { return "" }
        return "; write the cluster's address alone, such as \(url)"
    }

    /// Says what to write in the place of the address of a page for people.
    private static func advice(forPageOf url: EndpointURL) -> String? {
        guard ["dataexplorer.azure.com", "portal.azure.com", "ms.portal.azure.com"].contains(url.host) else {
            return nil
        }
        let cluster = url.path.firstMatch(of: /\/clusters\/([0-9A-Za-z.\-]+)/)?.output.1
        let example = cluster.map { $0.contains("kusto") ? "https://\($0)" : "https://\($0).kusto.windows.net" }
        return """
            this is the address of a page for people; write the cluster's URI, which that page shows, such as \
            \(example ?? "https://ingest-CLUSTER.REGION.kusto.windows.net")
            """
    }

    private mutating func credential() -> Credential {
        for name in ["aad.auth.authority", "aad.auth.appid"] where isPresent(name) && !isOpaque(name) {
            // Both are named in messages, by us and by Azure.
            guard let text = text(name), HarmlessText.shown(text) != text else { continue }
            refuse(name, "this looks like a secret; the secret belongs in aad.auth.appkey")
        }
        let clientID = isPresent("aad.auth.appid") ? text("aad.auth.appid") : nil
        let none = RotatedSecret(Secret(""))
        switch text("aad.auth.strategy") {
        case "managed_identity": return .managedIdentity(ManagedIdentity(naming: clientID))
        case "workload_identity": return .workloadIdentity
        case "az_dev_token":
            guard let token = rotatedSecret("aad.auth.accesstoken") else {
                missing("aad.auth.accesstoken", for: "az_dev_token")
                return .token(none)
            }
            warnings.append(
                token.mayChange
                    ? "aad.auth.strategy=az_dev_token: the token is renewed by whoever writes its file"
                    : "aad.auth.strategy=az_dev_token is for development: the token is never renewed"
            )
            return .token(token)
        case "application":
            if clientID == nil { missing("aad.auth.appid", for: "application") }
            let tenantID = text("aad.auth.authority")
            if tenantID == nil { missing("aad.auth.authority", for: "application") }
            if let tenantID, tenantID.contains("/") {
                refuse("aad.auth.authority", "write the tenant alone, as its id or its domain, without a URL")
            }
            let application = EntraApplication(tenantID: tenantID ?? "", clientID: clientID ?? "")
            let secret = rotatedSecret("aad.auth.appkey")
            if let certificate = certificate() {
                if secret != nil {
                    refuse(
                        "aad.auth.appcert.location",
                        "takes the place of aad.auth.appkey, which is set too; leave out one of the two"
                    )
                }
                return .certificate(application, certificate)
            }
            if secret == nil { missing("aad.auth.appkey", for: "application") }
            return .clientSecret(application, secret ?? none)
        default: return .workloadIdentity
        }
    }

    private mutating func certificate() -> ClientCertificate? {
        let password = rotatedSecret("aad.auth.appcert.password")
        guard isPresent("aad.auth.appcert.location"), let path = text("aad.auth.appcert.location") else {
            if password != nil {
                warnings.append("aad.auth.appcert.password is ignored: aad.auth.appcert.location is not set")
            }
            return nil
        }
        return ClientCertificate(path: path, password: password)
    }

    private mutating func missing(_ name: String, for strategy: String) {
        add(name, "\(Self.missing(name)) aad.auth.strategy=\(strategy) needs it")
    }
}
