import Foundation
import Glibc
import Synchronization

/// A proxy of SOCKS 5 (RFC 1928, 1929) that answers the request itself.
final class SocksServer: Sendable {
    private struct Seen {
        var target: String?
        var credentials: String?
    }

    let port: Int
    private let descriptor: Int32
    private let seen = Mutex(Seen())

    init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(descriptor, $0, length)
                _ = listen(descriptor, 16)
                _ = unsafe getsockname(descriptor, $0, &length)
            }
        }
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                serve(connection)
                close(connection)
            }
        }
    }

    /// Where the client wanted to go.
    var target: String? { seen.withLock { $0.target } }

    /// Who it said that it is.
    var credentials: String? { seen.withLock { $0.credentials } }

    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32) {
        let greeting = read(connection, 2)
        let methods = read(connection, Int(greeting[1]))
        let isAsking = methods.contains(2)
        write(connection, [5, isAsking ? 2 : 0])
        if isAsking {
            _ = read(connection, 1)
            let user = read(connection, Int(read(connection, 1)[0]))
            let password = read(connection, Int(read(connection, 1)[0]))
            seen.withLock { $0.credentials = String(decoding: user + [0x3A] + password, as: UTF8.self) }
            write(connection, [1, 0])
        }
        // Version, connect, reserved, a name.
        guard read(connection, 4) == [5, 1, 0, 3] else { return }
        let name = read(connection, Int(read(connection, 1)[0]))
        let port = read(connection, 2)
        seen.withLock {
            $0.target = "\(String(decoding: name, as: UTF8.self)):\(Int(port[0]) << 8 | Int(port[1]))"
        }
        write(connection, [5, 0, 0, 1, 127, 0, 0, 1, 0, 0])
        var head: [UInt8] = []
        while !head.contains(Array("\r\n\r\n".utf8)) {
            let byte = read(connection, 1)
            guard byte != [0] else { return }
            head += byte
        }
        write(connection, Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
    }

    /// Exactly so many bytes; zeros when the client goes away first.
    private func read(_ connection: Int32, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        _ = unsafe recv(connection, &bytes, count, Int32(MSG_WAITALL))
        return bytes
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) {
        _ = unsafe bytes.withUnsafeBytes { unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}
