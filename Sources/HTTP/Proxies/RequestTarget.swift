internal import CCurl
internal import Text

/// Where a request goes, as libcurl reads its URL: whoever else read it could be of another opinion.
struct RequestTarget: Sendable, Hashable {
    /// In lower case; an IPv6 address has no brackets, and an IPv4 address its usual spelling.
    let host: String
    /// The port, the scheme's own where none is written.
    let port: Int
    /// Whether the server is asked over TLS.
    let isSecure: Bool

    /// Reads a URL; `nil` when libcurl cannot.
    init?(_ url: String) {
        guard let parts = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parts) }
        guard unsafe curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK else { return nil }
        func part(_ which: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(parts, which, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK,
                let text = unsafe text
            else { return nil }
            defer { unsafe curl_free(text) }
            return unsafe String(cString: text)
        }
        guard var host = part(CURLUPART_HOST)?.lowercased(),
            let port = part(CURLUPART_PORT).flatMap({ Int($0) }),
            let scheme = part(CURLUPART_SCHEME)
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        // A dot at the end says that the name is whole.
        if host.hasSuffix("."), host.utf8.count > 1 { host.removeLast() }
        self.host = host
        self.port = port
        isSecure = scheme.lowercased() == "https"
    }

    /// The address, where the host is one.
    var address: IPAddress? { IPAddress(host) }

    /// Whether the host is this machine, or an address that leads no further than its own network, at which Azure offers
    /// the identities of machines, apps and functions.
    var isLocal: Bool {
        if Loopback.contains(host) || host.hasSuffix(".localhost") { return true }
        guard let address else { return false }
        return (IPNetwork.loopback + IPNetwork.linkLocal).contains { $0.contains(address) }
    }
}
