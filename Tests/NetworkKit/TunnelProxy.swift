import Foundation
import Glibc
import Synchronization

/// An HTTP proxy that connects everything to one port of this machine, once the script agrees.
package final class TunnelProxy: Sendable {
    /// Where it listens.
    package let port: Int
    private let descriptor: Int32
    private let heads = Mutex<[String]>([])

    /// Starts a proxy.
    /// - Parameters:
    ///   - server: The port to which it connects everything.
    ///   - refusal: Gets the head of a request and returns the head of a refusal, or `nil` for a connection.
    package init(to server: Int, _ refusal: @escaping @Sendable (String) -> String? = { _ in nil }) {
        (descriptor, port) = Self.listener()
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { [self] in
                    serve(connection, server, refusal)
                    close(connection)
                }
            }
        }
    }

    /// The heads of all requests.
    package var requests: [String] { heads.withLock { $0 } }

    /// Takes no more connections.
    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private static func listener() -> (Int32, Int) {
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
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func serve(_ connection: Int32, _ server: Int, _ refusal: (String) -> String?) {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            var byte: UInt8 = 0
            guard unsafe recv(connection, &byte, 1, 0) == 1 else { return }
            head.append(byte)
        }
        let text = String(decoding: head, as: UTF8.self)
        heads.withLock { $0.append(text) }
        if let refusal = refusal(text) { return Self.write(connection, Array("\(refusal)\r\n\r\n".utf8)[...]) }
        guard let other = Self.connected(to: server) else { return }
        Self.write(connection, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)[...])
        let isBack = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            Self.copy(other, connection)
            isBack.signal()
        }
        Self.copy(connection, other)
        // A descriptor that is closed while it is in use may be another connection's by then.
        isBack.wait()
        close(other)
    }

    private static func connected(to port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, length)
            }
        }
        return outcome == 0 ? descriptor : nil
    }

    /// Copies until one side ends, and tells the other.
    private static func copy(_ from: Int32, _ to: Int32) {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe recv(from, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            write(to, chunk[..<count])
        }
        shutdown(to, Int32(SHUT_RDWR))
    }

    private static func write(_ connection: Int32, _ bytes: ArraySlice<UInt8>) {
        _ = unsafe bytes.withUnsafeBytes { unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}
