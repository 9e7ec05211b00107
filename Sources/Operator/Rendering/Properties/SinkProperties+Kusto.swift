/// The ADX cluster, and as whom the worker speaks to it.
extension SinkProperties {
    /// Adds where records go.
    mutating func addKusto(_ kusto: KustoSpec) {
        let path = "spec.kusto"
        set("kusto.ingestion.url", kusto.ingestionURL.isEmpty ? nil : kusto.ingestionURL, "\(path).ingestionUrl")
        set("kusto.query.url", kusto.queryURL, "\(path).queryUrl")
        set("kusto.validation.table.enable", kusto.validatesTables, "\(path).validateTables")
        if !kusto.trustedHosts.isEmpty {
            set("kusto.endpoint.trust", ["wellknown"] + kusto.trustedHosts, "\(path).trustedHosts")
        }
        if let proxy = kusto.proxy { addProxy(proxy, "\(path).proxy") }
        addTLS(kusto.tls, "\(path).tls")
        addAuthentication(kusto.auth, "\(path).auth")
    }

    private mutating func addProxy(_ proxy: ProxySpec, _ path: String) {
        set("proxy.host", proxy.host, "\(path).host")
        set("proxy.port", proxy.port, "\(path).port")
        set("proxy.protocol", proxy.proxyProtocol, "\(path).protocol")
        set("proxy.username", proxy.username, "\(path).username")
        set("proxy.password", secret: proxy.password, "\(path).password")
        set("proxy.bypass", proxy.noProxy, "\(path).noProxy")
    }

    /// The worker finds out by itself of which type a store is.
    private mutating func addTLS(_ tls: KustoTLSSpec, _ path: String) {
        let name = "kusto.ssl.truststore."
        set(name + "location", file: tls.ca, "\(path).ca")
        set(name + "location", file: tls.trustStore?.file, "\(path).trustStore.file")
        set(name + "password", secret: tls.trustStore?.password, "\(path).trustStore.password")
    }

    private mutating func addAuthentication(_ auth: KustoAuthSpec, _ path: String) {
        set("aad.auth.strategy", auth.strategy, "\(path).strategy")
        let given = [
            "tenantId": auth.tenantId != nil, "clientId": auth.clientId != nil,
            "clientSecret": auth.clientSecret != nil, "clientCertificate": auth.clientCertificate != nil,
            "clientCertificatePassword": auth.clientCertificatePassword != nil, "accessToken": auth.accessToken != nil,
        ]
        for (field, isGiven) in given.sorted(by: { $0.key < $1.key }) where isGiven {
            guard let used = Self.fields[auth.strategy], !used.contains(field) else { continue }
            warnings.append("\(path).\(field) is not used: the strategy is \(auth.strategy)")
        }
        func isUsed(_ field: String) -> Bool { Self.fields[auth.strategy]?.contains(field) ?? true }
        // The identity of a workload is told to the worker by the ServiceAccount's annotations, not by properties.
        if auth.strategy != "workload_identity" {
            if isUsed("tenantId") { set("aad.auth.authority", auth.tenantId, "\(path).tenantId") }
            if isUsed("clientId") { set("aad.auth.appid", auth.clientId, "\(path).clientId") }
        }
        if isUsed("clientSecret") { set("aad.auth.appkey", secret: auth.clientSecret, "\(path).clientSecret") }
        if isUsed("accessToken") { set("aad.auth.accesstoken", secret: auth.accessToken, "\(path).accessToken") }
        if isUsed("clientCertificate") {
            set("aad.auth.appcert.location", file: auth.clientCertificate, "\(path).clientCertificate")
            set(
                "aad.auth.appcert.password",
                secret: auth.clientCertificatePassword,
                "\(path).clientCertificatePassword"
            )
        }
    }

    /// Which fields each strategy uses.
    private static let fields: [String: Set<String>] = [
        "application": [
            "tenantId", "clientId", "clientSecret", "clientCertificate", "clientCertificatePassword",
        ],
        "managed_identity": ["clientId"],
        "workload_identity": ["tenantId", "clientId"],
        "az_dev_token": ["accessToken"],
    ]
}
