internal import HTTP
internal import Secrets

/// Where a cluster's API server is, how to trust it, and who this process is to it.
package struct ClusterAccess: Sendable, CustomStringConvertible {
    /// Which authorities may have signed the server's certificate.
    enum Trust: Sendable, Hashable {
        case system
        case only(PEMSource)
        /// The certificate is not checked.
        case anything
    }

    /// The files or bytes of a client certificate and its key.
    struct CertificateSource: Sendable, Hashable {
        let certificate: PEMSource
        let key: PEMSource
    }

    /// What is said in `Authorization`.
    enum Login: Sendable {
        case none
        case token(Secret)
        case tokenFile(String)
        case basic(user: String, password: Secret)
        case plugin(ExecPlugin)
    }

    /// The API server's URL, with its base path and without a slash at the end.
    package let server: String
    /// The namespace that is meant where none is given.
    package let namespace: String
    /// What says all this: the pod's ServiceAccount, or a context of a kubeconfig.
    let origin: String
    let trust: Trust
    /// The name that the server's certificate must have, or `nil` for the URL's host.
    let serverName: String?
    let proxy: HTTPClientConfiguration.Proxy?
    /// Whether lists may come compressed.
    let acceptsCompression: Bool
    let certificate: CertificateSource?
    let login: Login
    /// The header fields that ask for another identity than the login's.
    let impersonation: [HTTPHeader]

    /// Creates the access of its parts.
    init(
        server: String,
        namespace: String,
        origin: String,
        trust: Trust = .system,
        serverName: String? = nil,
        proxy: HTTPClientConfiguration.Proxy? = nil,
        acceptsCompression: Bool = true,
        certificate: CertificateSource? = nil,
        login: Login = .none,
        impersonation: [HTTPHeader] = []
    ) {
        self.server = server
        self.namespace = namespace
        self.origin = origin
        self.trust = trust
        self.serverName = serverName
        self.proxy = proxy
        self.acceptsCompression = acceptsCompression
        self.certificate = certificate
        self.login = login
        self.impersonation = impersonation
    }

    /// One line for the log: server, identity and namespace, and no secret.
    package var description: String {
        let identity: String
        switch login {
        case .none: identity = certificate == nil ? "anonymous" : "a client certificate"
        case .token: identity = "a token"
        case .tokenFile(let path): identity = "the token of \(path)"
        case .basic(let user, _): identity = "user \(user)"
        case .plugin(let plugin): identity = "credentials of \(plugin.command)"
        }
        let other = impersonation.isEmpty ? "" : ", acting as another"
        return "\(server) with \(identity)\(other), namespace \(namespace), from \(origin)"
    }
}
