internal import FoundationEssentials
internal import HTTP
internal import JSON

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
        guard
            var proxy = HTTPClientConfiguration.Proxy(
                url: text,
                needsScheme: true,
                setting: "proxy-url of the kubeconfig's cluster"
            )
        else { throw fields.error("proxy-url", expected) }
        // Whoever names a proxy for a cluster means that cluster, wherever its address seems to be.
        proxy.isForLocalHosts = true
        return proxy
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
