internal import Glibc

/// Who opened a connection, as the limits see it: an IPv4 address, or the /64 network of an IPv6 one.
///
/// One machine usually has such a network for itself (RFC 7934).
struct PeerAddress: Sendable, Hashable {
    private let bytes: UInt64

    /// Takes an address as it is.
    init(_ bytes: UInt64) { self.bytes = bytes }

    /// Reads a socket's address; all that are neither IPv4 nor IPv6 count as one.
    init(_ address: UnsafePointer<sockaddr>) {
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            bytes = unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt64(unsafe $0.pointee.sin_addr.s_addr)
            }
        case AF_INET6:
            let halves = unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                unsafe withUnsafeBytes(of: $0.pointee.sin6_addr) { bytes in
                    (
                        unsafe bytes.loadUnaligned(as: UInt64.self),
                        unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                    )
                }
            }
            // The first half is zero for IPv4 addresses that came over an IPv6 socket, and for ::1.
            bytes = halves.0 == 0 ? halves.1 : halves.0
        default: bytes = 0
        }
    }
}
