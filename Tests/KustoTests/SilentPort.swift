import Foundation
import Glibc
import Synchronization

/// A port of this machine that takes connections, reads, and answers each request with one text, or says nothing.
final class SilentPort: Sendable {
    let port: Int
    private let listener: Int32
    private let accepted = Atomic(0)

    /// Listens.
    /// - Parameter answer: What is sent once something was read; without one nothing is.
    init(answering answer: String? = nil) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(listener, $0, length)
                _ = listen(listener, 64)
                _ = unsafe getsockname(listener, $0, &length)
            }
        }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                accepted.wrappingAdd(1, ordering: .relaxed)
                Thread.detachNewThread {
                    var chunk = [UInt8](repeating: 0, count: 65_536)
                    var seen: [UInt8] = []
                    while true {
                        let count = unsafe recv(connection, &chunk, chunk.count, 0)
                        guard count > 0 else { break }
                        seen += chunk[..<count]
                        // Each request of the test has a head and three bytes.
                        guard let answer, let end = seen.firstRange(of: Array("\r\n\r\n".utf8)),
                            seen.count >= end.upperBound + 3
                        else { continue }
                        seen.removeFirst(end.upperBound + 3)
                        let bytes = Array(answer.utf8)
                        _ = unsafe send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                    }
                    Glibc.close(connection)
                }
            }
        }
    }

    /// How many connections were opened.
    var connections: Int { accepted.load(ordering: .relaxed) }

    func close() { shutdown(listener, Int32(SHUT_RDWR)) }
}
