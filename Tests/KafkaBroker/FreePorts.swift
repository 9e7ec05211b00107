internal import Glibc

/// Ports of the loopback interface.
package enum FreePorts {
    /// Returns ports that nobody listened on a moment ago, all different.
    package static func take(_ count: Int) -> [Int] {
        let sockets = (0..<count).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        defer { for socket in sockets { close(socket) } }
        return sockets.map { descriptor in
            unsafe withAddress(port: 0) { address, length in
                unsafe bind(descriptor, address, length)
                var length = length
                unsafe getsockname(descriptor, address, &length)
            }
        }
    }

    /// Returns a socket that listens, and its port.
    static func listen() -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let port = unsafe withAddress(port: 0) { address, length in
            unsafe bind(descriptor, address, length)
            _ = Glibc.listen(descriptor, 100)
            var length = length
            unsafe getsockname(descriptor, address, &length)
        }
        return (descriptor, port)
    }

    /// Whether somebody listens.
    static func isOpen(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var isOpen = false
        _ = unsafe withAddress(port: port) { address, length in
            isOpen = unsafe connect(descriptor, address, length) == 0
        }
        return isOpen
    }

    /// Returns the port that the address holds afterwards.
    private static func withAddress(
        port: Int,
        _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Void
    ) -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
