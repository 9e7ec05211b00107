/// `spec.kusto`: the ADX cluster.
package struct KustoSpec: Sendable, Hashable {
    /// `kusto.ingestion.url`.
    package var ingestionURL = ""
    /// `kusto.query.url`; `nil` derives it from the ingestion URL.
    package var queryURL: String?
    /// As whom.
    package var auth = KustoAuthSpec()
    /// `kusto.validation.table.enable`; default true.
    package var validatesTables = true
    /// An HTTP proxy for every call to Azure.
    package var proxy: ProxySpec?
    /// Whom to trust on the way to Azure besides the system's authorities.
    package var tls = KustoTLSSpec()
    /// `kusto.endpoint.trust`: further hosts that may be given tokens.
    package var trustedHosts: [String] = []

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.kusto.auth`.
package struct KustoAuthSpec: Sendable, Hashable {
    /// `application`, `managed_identity`, `workload_identity` or `az_dev_token`.
    package var strategy = "application"
    /// `aad.auth.authority`.
    package var tenantId: ValueSource?
    /// `aad.auth.appid`.
    package var clientId: ValueSource?
    /// `aad.auth.appkey`.
    package var clientSecret: SecretKeyReference?
    /// A certificate with its key, PEM or PKCS12, in place of the secret.
    package var clientCertificate: SecretKeyReference?
    /// The password of that certificate's private key or store.
    package var clientCertificatePassword: SecretKeyReference?
    /// `aad.auth.accesstoken`.
    package var accessToken: SecretKeyReference?

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.kusto.proxy`.
package struct ProxySpec: Sendable, Hashable {
    /// The host's name or address.
    package var host: String
    /// The port.
    package var port: Int
    /// `http` or `https`: what the proxy speaks.
    package var proxyProtocol: String?
    /// The user's name, where the proxy asks for one.
    package var username: ValueSource?
    /// The user's password.
    package var password: SecretKeyReference?
    /// Hosts that are reached without the proxy.
    package var noProxy: [String] = []

    /// Creates a part.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// `spec.kusto.tls`.
package struct KustoTLSSpec: Sendable, Hashable {
    /// PEM certificates of authorities.
    package var ca: SecretKeyReference?
    /// A trust store of Java.
    package var trustStore: KeyStoreSpec?

    /// Creates a part of defaults.
    package init() {}
}
