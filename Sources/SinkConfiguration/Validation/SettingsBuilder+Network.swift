internal import HTTP
internal import Identity
internal import Secrets
internal import Text

/// The way to Azure: proxies, and whom to trust.
extension SettingsBuilder {
    /// Reads what the environment says to most programs.
    mutating func network() -> NetworkSettings {
        let proxies = ProxyEnvironment(environment)
        for name in proxies.unreadable {
            let problem = "the environment variable \(name) names no proxy"
            if isPresent("proxy.host") || bypassesAll {
                warnings.append("\(problem); it is ignored")
            } else {
                let expected = "[http://][USER:PASSWORD@]HOST:PORT, with https:// for a proxy that speaks TLS"
                add(name, "\(problem); expected \(expected)")
            }
        }
        if let name = proxies.unreadableList {
            warnings.append(
                "the environment variable \(name) has entries that are neither hosts nor addresses; they are ignored"
            )
        }
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        return NetworkSettings(
            proxies: bypassesAll ? .none : proxies.rules,
            authorities: TrustedAuthorities(file: value("SSL_CERT_FILE"), folders: value("SSL_CERT_DIR"))
        )
    }

    /// Whether the properties say that no proxy is used at all.
    private var bypassesAll: Bool { !isPresent("proxy.host") && list("proxy.bypass") == ["*"] }

    /// Reads which requests to Azure go through which proxy: that of the properties, or else that of the environment.
    mutating func proxies(_ network: NetworkSettings) -> ProxyRules {
        var rules = network.proxies
        if let proxy = proxy() {
            rules = ProxyRules(proxy)
        } else {
            tellUnusedProxySettings()
        }
        if isPresent("proxy.bypass") {
            let entries = list("proxy.bypass")
            for entry in entries where !isOpaque("proxy.bypass") && !ProxyExceptions.isEntry(entry) {
                refuse(
                    "proxy.bypass",
                    "'\(HarmlessText.shown(entry))' must be a host, .host for those below it, an address, a range of addresses "
                        + "such as 10.0.0.0/8, or *, perhaps with a port"
                )
            }
            rules.exceptions = ProxyExceptions(entries)
        }
        return rules
    }

    private mutating func proxy() -> HTTPClientConfiguration.Proxy? {
        // A port that is not a number has already been noted as a problem.
        guard isPresent("proxy.host"), let host = text("proxy.host"), let port = optionalNumber("proxy.port") else {
            return nil
        }
        guard EndpointURL.isHost(host), let url = try? EndpointURL(host) else {
            refuse("proxy.host", "must be a host's name or address, without scheme, user and port")
            return nil
        }
        guard port > 0 else {
            add("proxy.port", "proxy.host is set and proxy.port is not; give the proxy's port")
            return nil
        }
        return HTTPClientConfiguration.Proxy(
            kind: word("proxy.protocol", default: .http),
            host: url.host.contains(":") ? "[\(url.host)]" : url.host,
            port: port,
            credentials: proxyCredentials(),
            setting: "proxy.host and proxy.port"
        )
    }

    private mutating func proxyCredentials() -> HTTPClientConfiguration.Proxy.Credentials? {
        let names = ["proxy.username", "proxy.password"]
        guard let user = secret(names[0]), let password = secret(names[1]) else {
            for (given, missing) in [(names[0], names[1]), (names[1], names[0])] where isPresent(given) {
                add(missing, "\(missing) must be set, since \(given) is")
            }
            return nil
        }
        // With the method Basic the first colon ends the name (RFC 7617, 2).
        if user.reveal().contains(":"), !isOpaque(names[0]) {
            add(names[0], "\(names[0]) must not hold a colon, where the password would begin")
        }
        return .init(user: user.reveal(), password: password)
    }

    private mutating func tellUnusedProxySettings() {
        guard !isPresent("proxy.host") else { return }
        let names = ["proxy.port", "proxy.protocol", "proxy.username", "proxy.password"]
        for name in names where isPresent(name) {
            if name == "proxy.port", let port = optionalNumber(name), port < 0 { continue }
            warnings.append("\(name) is ignored: proxy.host is not set")
        }
    }

    /// Reads which authorities are trusted on the way to Azure besides the system's.
    mutating func trustStore() -> KeyStoreSource? {
        let (location, password) = ("kusto.ssl.truststore.location", "kusto.ssl.truststore.password")
        guard isPresent(location), let path = text(location) else {
            if isPresent(password) { warnings.append("\(password) is ignored: \(location) is not set") }
            return nil
        }
        return KeyStoreSource(.file(path), password: secret(password), property: location)
    }
}
