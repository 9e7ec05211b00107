package import Secrets

extension HTTPClientConfiguration {
    /// What requests pass through on their way to the server.
    package struct Proxy: Sendable, Hashable {
        /// What a proxy speaks.
        package enum Kind: String, Sendable, CaseIterable {
            case http
            /// HTTP inside TLS; the proxy's certificate is checked against the system's authorities and those that are
            /// trusted besides.
            case https
            /// SOCKS 5; the proxy resolves the server's name.
            case socks5
        }

        /// Who the proxy is told that the client is, by the method Basic (RFC 7617).
        package struct Credentials: Sendable, Hashable {
            /// The user's name.
            package var user: String
            /// The password; may be empty.
            package var password: Secret

            /// Creates credentials.
            package init(user: String, password: Secret) {
                self.user = user
                self.password = password
            }
        }

        /// What the proxy speaks.
        package var kind: Kind
        /// The host's name or address; an IPv6 address stands in brackets.
        package var host: String
        /// The port.
        package var port: Int
        /// What the proxy is told about the client, or `nil`.
        package var credentials: Credentials?
        /// Whether requests to this machine, and to link-local addresses, such as those at which Azure offers a machine's
        /// identity, go through the proxy too.
        package var isForLocalHosts: Bool
        /// What a person changes to get another proxy, such as a property or a variable, for messages.
        package var setting: String

        /// Creates a proxy; without further arguments for HTTP, without authentication, and not for this machine.
        package init(
            kind: Kind = .http,
            host: String,
            port: Int,
            credentials: Credentials? = nil,
            isForLocalHosts: Bool = false,
            setting: String = "the proxy's address"
        ) {
            self.kind = kind
            self.host = host
            self.port = port
            self.credentials = credentials
            self.isForLocalHosts = isForLocalHosts
            self.setting = setting
        }

        /// Host and port, for messages.
        package var place: String { "\(host):\(port)" }
    }
}
