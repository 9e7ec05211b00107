internal import CCurl

/// What all exchanges of a client have in common.
struct TransferSettings: Sendable {
    private let configuration: HTTPClientConfiguration
    private let certificates: CertificateBundle

    init(_ configuration: HTTPClientConfiguration) throws(HTTPError) {
        self.configuration = configuration
        certificates = try CertificateBundle(files: configuration.certificateFiles)
    }

    func apply(to handle: UnsafeMutableRawPointer) {
        unsafe ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // Otherwise libcurl waits for the resolver's thread when a request is given up, and all other exchanges wait too.
        unsafe ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        unsafe ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        unsafe ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        unsafe ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        unsafe ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        unsafe ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
        unsafe ccurl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "gzip")
        unsafe ccurl_set_text(handle, CURLOPT_USERAGENT, configuration.userAgent)
        // An empty name keeps libcurl from asking the environment.
        unsafe ccurl_set_text(handle, CURLOPT_PROXY, configuration.proxy.map { "http://\($0.host):\($0.port)" } ?? "")
        // This machine, and the address at which Azure offers a machine's identity, are never behind a proxy.
        unsafe ccurl_set_text(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,[::1],169.254.169.254")
        guard !certificates.pem.isEmpty else { return }
        unsafe certificates.pem.withUnsafeBytes { pem in
            _ = unsafe ccurl_set_certificates(handle, pem.baseAddress, pem.count)
        }
    }
}

extension Duration {
    /// The duration in milliseconds, at least 1: 0 means "without limit" to libcurl.
    var milliseconds: Int {
        let parts = components
        // libcurl refuses what its clock cannot count; a month is as good as for ever.
        let seconds = max(0, min(parts.seconds, 30 * 86_400))
        return max(1, Int(seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000))
    }
}
