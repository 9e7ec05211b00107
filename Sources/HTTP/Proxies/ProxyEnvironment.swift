/// The proxies that environment variables name, as most programs go by them.
///
/// `HTTPS_PROXY` is for `https` URLs, `HTTP_PROXY` for `http` URLs, `NO_PROXY` lists what goes without. Each may also be
/// written in small letters, which goes first, as with curl and Python.
package struct ProxyEnvironment: Sendable {
    /// The rules.
    package let rules: ProxyRules
    /// Variables whose value is no proxy's URL; there is no proxy by them.
    package private(set) var unreadable: [String] = []
    /// The variable with entries that are none, which count for nothing; `nil` when all are good.
    package let unreadableList: String?

    /// Reads the variables.
    package init(_ environment: [String: String]) {
        func value(_ name: String) -> (name: String, text: String)? {
            for name in [name.lowercased(), name] {
                if let text = environment[name], !text.isEmpty { return (name, text) }
            }
            return nil
        }
        var unreadable: [String] = []
        func proxy(_ name: String) -> HTTPClientConfiguration.Proxy? {
            guard let (name, text) = value(name) else { return nil }
            if let proxy = HTTPClientConfiguration.Proxy(url: text, setting: name) { return proxy }
            unreadable.append(name)
            return nil
        }
        let list = value("NO_PROXY").map { (name: $0.name, entries: ProxyExceptions.split($0.text)) }
        rules = ProxyRules(
            https: proxy("HTTPS_PROXY"),
            http: proxy("HTTP_PROXY"),
            exceptions: ProxyExceptions(list?.entries ?? [])
        )
        unreadableList = list.flatMap { $0.entries.allSatisfy(ProxyExceptions.isEntry) ? nil : $0.name }
        self.unreadable = unreadable
    }
}
