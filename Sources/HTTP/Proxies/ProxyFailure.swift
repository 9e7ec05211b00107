internal import CCurl

/// A failure on the way to a proxy, or of the proxy itself, in whose place libcurl's words would name the server.
struct ProxyFailure {
    /// What a person does about it.
    private enum Advice {
        case address, credentials, permission, certificate
    }

    /// The kind of failure.
    let code: HTTPError.Code
    /// What went wrong, behind "the proxy host:port".
    let reason: String
    private let advice: Advice

    /// Finds out whether a failure is the proxy's; `nil` when it is the server's, or cannot be told.
    /// - Parameters:
    ///   - code: libcurl's code.
    ///   - reason: libcurl's words.
    ///   - proxy: The proxy that the request was to go through.
    ///   - tunnelStatus: What the proxy answered to `CONNECT`; 0 when it did not.
    ///   - isTunnel: Whether it was asked to connect, as for a server with TLS.
    ///   - isNew: Whether the connection was made for this request; one that was kept leads to the server already.
    init?(
        _ code: CURLcode,
        _ reason: String,
        of proxy: HTTPClientConfiguration.Proxy,
        tunnelStatus: Int,
        isTunnel: Bool,
        isNew: Bool
    ) {
        switch (code, tunnelStatus) {
        case (CURLE_COULDNT_RESOLVE_PROXY, _):
            (self.code, self.reason, advice) = (.nameResolution, "has no address", .address)
        case (_, 407):
            let wants = proxy.credentials == nil ? "wants a user and a password" : "refuses the user or the password"
            (self.code, self.reason, advice) = (.proxy, "\(wants) (status 407)", .credentials)
        case (_, 300...):
            (self.code, self.reason, advice) = (
                .proxy, "does not connect to the server (status \(tunnelStatus))", .permission
            )
        case (CURLE_PROXY, _):
            (self.code, self.reason, advice) = (.proxy, "does not connect to the server: \(reason)", .credentials)
        case (CURLE_COULDNT_CONNECT, 0):
            (self.code, self.reason, advice) = (.refused, "cannot be reached: \(reason)", .address)
        case (_, 0) where isTunnel && isNew && proxy.kind != .socks5:
            // Nothing but the way to the proxy has been gone yet.
            self.code = HTTPError.Code(code)
            switch self.code {
            case .timedOut: (self.reason, advice) = ("does not answer: \(reason)", .address)
            case .cut: (self.reason, advice) = ("ends the connection: \(reason)", .address)
            case .tls: (self.reason, advice) = ("is not trusted: \(reason)", .certificate)
            default: return nil
            }
        default: return nil
        }
    }

    /// What to do.
    func remedy(_ proxy: HTTPClientConfiguration.Proxy) -> String {
        switch advice {
        case .address: "check \(proxy.setting), and that no firewall is in the way"
        case .credentials: "check the user and the password that belong to \(proxy.setting)"
        case .permission: "let the proxy connect to it, or check \(proxy.setting)"
        case .certificate: "check \(proxy.setting), or trust the authority that signed the proxy's certificate"
        }
    }
}
