/// Where a request goes when the server is asked for by another name than its URL's host.
///
/// libcurl has no option for the name in TLS, so the URL gets that name, and the connection is told to go where the URL
/// went before (`CURLOPT_CONNECT_TO`). The `Host` field stays what it was.
struct ServerRoute: Equatable {
    /// The URL with the other name.
    let url: String
    /// Host and port of the connection, as `CURLOPT_CONNECT_TO` has them.
    let target: String
    /// The value of the `Host` field.
    let host: String

    /// Splits a URL; `nil` when it is not one of `https`, which has no name to check.
    init?(url: String, serverName: String) {
        let scheme = "https://"
        guard url.lowercased().hasPrefix(scheme) else { return nil }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        // The colon before a port comes after the bracket that closes an IPv6 address.
        let port = place.lastIndex(of: ":").flatMap { colon in
            place[colon...].contains("]") ? nil : place[place.index(after: colon)...]
        }
        guard !place.isEmpty else { return nil }
        let name = serverName.contains(":") && !serverName.hasPrefix("[") ? "[\(serverName)]" : serverName
        let number = port.map(String.init) ?? "443"
        self.url = "\(scheme)\(name):\(number)\(rest[authority.endIndex...])"
        target = port == nil ? "::\(place):443" : "::\(place)"
        host = String(place)
    }
}
