internal import CCurl
internal import Secrets

/// What all exchanges of a client have in common.
struct TransferSettings: Sendable {
    private let configuration: HTTPClientConfiguration
    private let certificates: CertificateBundle

    init(_ configuration: HTTPClientConfiguration) throws(HTTPError) {
        self.configuration = configuration
        certificates = try CertificateBundle(configuration.authorities)
    }

    /// The name that servers are asked for, if it is not the URL's host.
    var serverName: String? { configuration.tls.serverName }

    func apply(to handle: UnsafeMutableRawPointer) {
        unsafe ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // Otherwise libcurl waits for the resolver's thread when a request is given up, and all other exchanges wait too.
        unsafe ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        unsafe ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        unsafe ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        unsafe ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        // A peer that is gone is noticed within minutes also where nothing is sent; load balancers forget after four.
        unsafe ccurl_set_long(handle, CURLOPT_TCP_KEEPIDLE, 30)
        unsafe ccurl_set_long(handle, CURLOPT_TCP_KEEPINTVL, 15)
        unsafe ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        unsafe ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
        unsafe ccurl_set_text(handle, CURLOPT_USERAGENT, configuration.userAgent)
        unsafe applyTLS(to: handle)
    }

    /// Chooses the proxy of a request and returns it; `nil` for none.
    func applyProxy(for request: HTTPRequest, to handle: UnsafeMutableRawPointer) -> HTTPClientConfiguration.Proxy? {
        guard !request.bypassesProxy, let proxy = configuration.proxies.proxy(for: request.url) else {
            // An empty name keeps libcurl from asking the environment.
            unsafe ccurl_set_text(handle, CURLOPT_PROXY, "")
            return nil
        }
        // "socks5h" lets the proxy resolve names, which this machine may not be able to.
        let scheme = proxy.kind == .socks5 ? "socks5h" : proxy.kind.rawValue
        unsafe ccurl_set_text(handle, CURLOPT_PROXY, "\(scheme)://\(proxy.host):\(proxy.port)")
        // The exceptions have been looked at; an empty list keeps libcurl from asking the environment for more.
        unsafe ccurl_set_text(handle, CURLOPT_NOPROXY, "")
        if let credentials = proxy.credentials {
            unsafe ccurl_set_long(handle, CURLOPT_PROXYAUTH, Int(ccurl_auth_basic))
            unsafe ccurl_set_text(handle, CURLOPT_PROXYUSERNAME, credentials.user)
            unsafe ccurl_set_text(handle, CURLOPT_PROXYPASSWORD, credentials.password.reveal())
        }
        if !certificates.pem.isEmpty { unsafe set(CURLOPT_PROXY_CAINFO_BLOB, certificates.pem, of: handle) }
        if let folder = certificates.folder { unsafe ccurl_set_text(handle, CURLOPT_PROXY_CAPATH, folder) }
        return proxy
    }

    private func applyTLS(to handle: UnsafeMutableRawPointer) {
        let tls = configuration.tls
        if let authorities = tls.authorities {
            // Debian's libcurl would also look into the folder of the system's authorities.
            unsafe ccurl_set_text(handle, CURLOPT_CAPATH, nil)
            unsafe set(CURLOPT_CAINFO_BLOB, authorities, of: handle)
        } else {
            if !certificates.pem.isEmpty { unsafe set(CURLOPT_CAINFO_BLOB, certificates.pem, of: handle) }
            if let folder = certificates.folder { unsafe ccurl_set_text(handle, CURLOPT_CAPATH, folder) }
        }
        if let identity = tls.identity {
            unsafe set(CURLOPT_SSLCERT_BLOB, identity.certificate, of: handle)
            unsafe set(CURLOPT_SSLKEY_BLOB, Array(identity.key.reveal().utf8), of: handle)
        }
        if !tls.verifiesServer {
            unsafe ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0)
        }
        if !tls.verifiesServer || !tls.verifiesHostname {
            unsafe ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    private func set(_ option: CURLoption, _ bytes: [UInt8], of handle: UnsafeMutableRawPointer) {
        unsafe bytes.withUnsafeBytes { bytes in
            _ = unsafe ccurl_set_blob(handle, option, bytes.baseAddress, bytes.count)
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
