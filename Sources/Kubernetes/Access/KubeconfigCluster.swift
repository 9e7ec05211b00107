internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Secrets

/// A cluster of a kubeconfig.
struct KubeconfigCluster: Sendable {
    let fields: KubeconfigFields

    /// The URL with its base path, to which the API's paths are appended.
    func server() throws(APIError) -> String {
        let text = try fields.required("server")
        let lower = text.lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://"),
            !text.contains(where: { "?# \t".contains($0) }),
            let host = text.split(separator: "/").dropFirst().first, !host.contains("@")
        else { throw fields.error("server", "expected https://HOST[:PORT][/PATH]") }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }

    func trust() throws(APIError) -> ClusterAccess.Trust {
        let authorities = try fields.pem("certificate-authority")
        guard try fields.flag("insecure-skip-tls-verify") else { return authorities.map { .only($0) } ?? .system }
        guard authorities == nil else {
            throw fields.error("insecure-skip-tls-verify", "contradicts certificate-authority; give one of the two")
        }
        return .anything
    }

    func serverName() throws(APIError) -> String? { try fields.text("tls-server-name") }

    func proxy() throws(APIError) -> HTTPClientConfiguration.Proxy? {
        guard let text = try fields.text("proxy-url") else { return nil }
        // The URL is in no error: it may hold a password.
        let expected = "expected http://, https:// or socks5:// with [USER:PASSWORD@]HOST[:PORT]"
        guard let scheme = text.firstRange(of: "://"),
            let kind = HTTPClientConfiguration.Proxy.Kind(rawValue: text[..<scheme.lowerBound].lowercased())
        else { throw fields.error("proxy-url", expected) }
        let authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let at = authority.lastIndex(of: "@")
        let place = at.map { authority[authority.index(after: $0)...] } ?? authority
        var (host, port) = (place, kind.defaultPort)
        // The colon before a port comes after the bracket that closes an IPv6 address.
        if let colon = place.lastIndex(of: ":"), !place[colon...].contains("]") {
            guard let number = UInt16(place[place.index(after: colon)...]), number > 0 else {
                throw fields.error("proxy-url", expected)
            }
            (host, port) = (place[..<colon], Int(number))
        }
        guard !host.isEmpty else { throw fields.error("proxy-url", expected) }
        return HTTPClientConfiguration.Proxy(
            kind: kind,
            host: String(host),
            port: port,
            credentials: try at.map { at throws(APIError) in
                guard let credentials = Self.credentials(authority[..<at]) else {
                    throw fields.error("proxy-url", expected)
                }
                return credentials
            },
            // Whoever names a proxy for a cluster means that cluster, wherever its address seems to be.
            isForLocalHosts: true
        )
    }

    private static func credentials(_ text: Substring) -> HTTPClientConfiguration.Proxy.Credentials? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = PercentEncoding.decode(parts[0]),
            let password = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
        else { return nil }
        return .init(user: user, password: Secret(password))
    }

    /// What a credential plugin that asks for it is told about the cluster.
    func pluginInfo() throws(APIError) -> JSONValue {
        var info: JSONObject = ["server": .string(try server())]
        if let name = try serverName() { info["tls-server-name"] = .string(name) }
        switch try trust() {
        case .anything: info["insecure-skip-tls-verify"] = true
        case .only(let source):
            info["certificate-authority-data"] = .string(Data(try source.read()).base64EncodedString())
        case .system: break
        }
        if let proxy = try fields.text("proxy-url") { info["proxy-url"] = .string(proxy) }
        if try fields.flag("disable-compression") { info["disable-compression"] = true }
        let extensions = try fields.objects("extensions")
        for each in extensions where try each.text("name") == "client.authentication.k8s.io/exec" {
            info["config"] = each.raw("extension") ?? .null
        }
        return .object(info)
    }
}

extension HTTPClientConfiguration.Proxy.Kind {
    fileprivate var defaultPort: Int {
        switch self {
        case .http: 80
        case .https: 443
        case .socks5: 1080
        }
    }
}
