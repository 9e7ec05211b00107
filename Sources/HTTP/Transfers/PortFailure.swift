internal import CCurl
internal import FoundationEssentials

/// What failures mean that come of a wrong host, port or scheme, in other words than libcurl's.
enum PortFailure {
    /// Returns what is wrong and what to do; `nil` for other failures.
    /// - Parameters:
    ///   - reason: libcurl's words.
    ///   - url: Where the request went.
    static func sentence(_ code: CURLcode, _ reason: String, url: String) -> String? {
        let isSecure = url.hasPrefix("https")
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            let host = URL(string: url)?.host() ?? "the host"
            return "the name \(host) does not resolve; check the host's name and this machine's DNS"
        case CURLE_COULDNT_CONNECT:
            return "cannot connect; check host and port, that the server runs, and that no firewall is in the way"
        case CURLE_SSL_CONNECT_ERROR:
            let isPlain = ["wrong version number", "packet length too long"].contains(where: reason.contains)
            guard isPlain else { return nil }
            return "the server does not speak TLS on this port; write http://, or name the port that speaks TLS"
        case CURLE_PEER_FAILED_VERIFICATION:
            let isUntrusted = ["unable to get local issuer", "self-signed", "self signed"].contains(
                where: reason.contains
            )
            guard isUntrusted else { return nil }
            return """
                nobody who is trusted has signed the server's certificate (\(reason)); trust the authority that signed it, \
                which is the proxy's own where a proxy looks into TLS
                """
        case CURLE_GOT_NOTHING:
            return "the server ends the connection without an answer; check that this is a port for "
                + (isSecure ? "HTTPS" : "HTTP, and that it does not want https://")
        default: return nil
        }
    }
}
