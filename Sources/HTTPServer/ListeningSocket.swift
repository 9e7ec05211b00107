internal import Glibc

/// A bound TCP socket that listens; the owner of its descriptor closes it.
struct ListeningSocket {
    let descriptor: Int32
    let port: Int

    /// Binds and listens.
    /// - Throws: ``HTTPServerError`` with what to do.
    init(host: String, port: Int) throws(HTTPServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard status == 0, let address = unsafe list else {
            throw HTTPServerError(
                .addressUnavailable,
                "cannot listen on '\(host)': \(unsafe String(cString: gai_strerror(status))); name an address of this machine"
            )
        }
        defer { unsafe freeaddrinfo(address) }

        let descriptor = unsafe socket(
            address.pointee.ai_family,
            address.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        var one: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
            listen(descriptor, 511) == 0
        else {
            let error = errno
            close(descriptor)
            throw Self.failure(error, host: host, port: port)
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(of: descriptor)
    }

    private static func failure(_ error: Int32, host: String, port: Int) -> HTTPServerError {
        let reason = unsafe String(cString: strerror(error))
        switch error {
        case EADDRINUSE:
            return HTTPServerError(
                .addressInUse,
                "cannot listen on \(host):\(port): another process has the port; stop it or choose another port"
            )
        case EACCES:
            return HTTPServerError(
                .addressUnavailable,
                "cannot listen on \(host):\(port): \(reason); choose a port above 1023"
            )
        default:
            return HTTPServerError(
                .addressUnavailable,
                "cannot listen on \(host):\(port): \(reason); name an address of this machine"
            )
        }
    }

    private static func boundPort(of descriptor: Int32) -> Int {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &address) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe getsockname(descriptor, $0, &length)
            }
            // The port is at the same place for IPv4 and IPv6.
            return unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }
}
