internal import CCurl
internal import FoundationEssentials

/// What failures mean that come of a wrong host, port or scheme, in other words than libcurl's.
enum PortFailure {
    /// Returns what is wrong and what to do; `nil` for other failures.
    /// - Parameters:
    ///   - reason: libcurl's words.
    ///   - url: Where the request went.
    static func sentence(_ code: CURLcode, _ reason: String, url: String) -> String? {
        let host = URL(string: url)?.host() ?? "the host"
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return "the name \(host) does not resolve; check it, and this machine's DNS"
        case CURLE_COULDNT_CONNECT:
            let isRefused = reason.contains("refused") || reason.contains("after 0 ms")
            return isRefused
                ? "nothing listens there (\(reason)); check host and port, and that no firewall is in the way"
                : nil
        case CURLE_SSL_CONNECT_ERROR where ["wrong version number", "packet length too long"].contains(where: reason.contains):
            return "the server does not speak TLS on this port; write http://, or name the port that speaks TLS"
        case CURLE_PEER_FAILED_VERIFICATION
        where ["unable to get local issuer", "self-signed", "self signed"].contains(where: reason.contains):
            return """
                nobody who is trusted has signed the server's certificate (\(reason)); trust the authority that signed it. \
                A proxy that looks into TLS shows certificates of its own: then that is the proxy's authority
                """
        case CURLE_GOT_NOTHING:
            return "the server ends the connection without an answer; check that this is a port for \(url.hasPrefix("https") ? "HTTPS" : "HTTP")"
        default: return nil
        }
    }
}
