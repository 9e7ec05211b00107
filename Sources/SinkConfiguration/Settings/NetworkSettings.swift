package import HTTP

/// What the environment says about the way to other machines; properties that say something themselves go first.
package struct NetworkSettings: Sendable, Hashable {
    /// The proxies of `HTTPS_PROXY` and `HTTP_PROXY`, but for what `NO_PROXY` lists.
    package var proxies: ProxyRules
    /// The system's authorities, which are others where `SSL_CERT_FILE` and `SSL_CERT_DIR` name them.
    package var authorities: TrustedAuthorities

    /// Creates settings; without arguments no proxies, and the system's own authorities.
    package init(proxies: ProxyRules = .none, authorities: TrustedAuthorities = .init()) {
        self.proxies = proxies
        self.authorities = authorities
    }
}
