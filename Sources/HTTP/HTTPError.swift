internal import CCurl

/// A request that got no answer.
package struct HTTPError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case refused, nameResolution, timedOut, tls, cut, responseTooLarge, unreadableBody, invalidURL
            case invalidConfiguration, cancelled, proxy, other
        }

        private let kind: Kind
        /// Nothing listens there, or something on the way refuses the connection.
        package static let refused = Code(kind: .refused)
        /// The host's name has no address.
        package static let nameResolution = Code(kind: .nameResolution)
        /// The whole exchange, or connecting, took too long, or nothing came for too long.
        package static let timedOut = Code(kind: .timedOut)
        /// The server's certificate is not trusted, or the two sides do not agree on a protocol.
        package static let tls = Code(kind: .tls)
        /// The connection ended before the answer did.
        package static let cut = Code(kind: .cut)
        /// The answer's body is larger than the request allows.
        package static let responseTooLarge = Code(kind: .responseTooLarge)
        /// The request's body source failed.
        package static let unreadableBody = Code(kind: .unreadableBody)
        /// The URL cannot be read, or its scheme is neither `http` nor `https`.
        package static let invalidURL = Code(kind: .invalidURL)
        /// A file with certificates or another setting of the client cannot be used.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// The task was cancelled, or the client shut down.
        package static let cancelled = Code(kind: .cancelled)
        /// The proxy on the way refuses the client, or does not connect to the server.
        package static let proxy = Code(kind: .proxy)
        /// Something else.
        package static let other = Code(kind: .other)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }

        /// What libcurl's code means; see libcurl-errors(3).
        init(_ code: CURLcode) {
            switch code {
            case CURLE_COULDNT_CONNECT: self = .refused
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .nameResolution
            case CURLE_OPERATION_TIMEDOUT: self = .timedOut
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
                CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_ENGINE_INITFAILED:
                self = .tls
            case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM, CURLE_SSL_SHUTDOWN_FAILED:
                self = .cut
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: self = .invalidURL
            default: self = .other
            }
        }

        private init(kind: Kind) { self.kind = kind }

        var remedy: String? {
            switch self {
            case .refused: "check host and port, and that no firewall is in the way"
            case .nameResolution: "check the host's name and this machine's DNS"
            case .tls: "check the server's certificate, or trust the authority that signed it"
            case .invalidURL: "expected https://host/path"
            default: nil
            }
        }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system: what failed, on what, and what to do.
    package let message: String
    /// Scheme, host, port and path; never the query, which may hold a signature.
    package let url: String
    /// The underlying failure: why a request's body cannot be read.
    package let cause: (any Error)?

    /// Creates an error.
    /// - Parameters:
    ///   - code: What kind of failure it is.
    ///   - message: One sentence.
    ///   - url: The request's URL, of which query, fragment and user are left out.
    ///   - cause: The underlying failure.
    package init(_ code: Code, _ message: String, url: String = "", cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.url = Self.withoutQuery(url)
        self.cause = cause
    }

    package var description: String { message }

    /// The URL up to its query or fragment, without user and password.
    ///
    /// Also text that is no URL loses what stands before the `@`: it may be a password in the wrong place.
    package static func withoutQuery(_ url: String) -> String {
        let text = url.prefix { $0 != "?" && $0 != "#" }
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        var authority = text[start...].prefix { $0 != "/" }
        // A password with a slash in it begins where a port would, and reaches beyond what a parser calls the authority.
        if !authority.contains("@"), !authority.hasSuffix("]"), let colon = authority.lastIndex(of: ":"),
            UInt16(authority[authority.index(after: colon)...]) == nil
        {
            authority = text[start...]
        }
        guard let at = authority.lastIndex(of: "@") else { return String(text) }
        return text[..<start] + String(text[text.index(after: at)...])
    }
}
