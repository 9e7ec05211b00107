import Foundation
import Glibc
import Synchronization

/// A server that takes connections and answers as a script says, byte for byte.
///
/// Each connection has a thread; the script gets each request's head and returns what to send, or `nil` to close. Where the
/// text has a zero byte, the server waits for a tenth of a second.
final class RawServer: Sendable {
    struct Request: Sendable {
        let connection: Int
        let number: Int
        let head: String
    }

    let port: Int
    private let descriptor: Int32
    private let heads = Mutex<[String]>([])
    private let accepted = Atomic(0)
    private let ended = Atomic(0)

    init(_ script: @escaping @Sendable (Request) -> String?) {
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
                let number = accepted.wrappingAdd(1, ordering: .relaxed).newValue
                Thread.detachNewThread { [self] in
                    serve(connection, number, script)
                    close(connection)
                    ended.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }
    }

    /// How many connections were opened.
    var connections: Int { accepted.load(ordering: .relaxed) }

    /// How many connections have ended.
    var closed: Int { ended.load(ordering: .relaxed) }

    /// The heads of all requests.
    var requests: [String] { heads.withLock { $0 } }

    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32, _ number: Int, _ script: (Request) -> String?) {
        var buffer: [UInt8] = []
        var count = 0
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            while let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeFirst(end.upperBound)
                count += 1
                heads.withLock { $0.append(head) }
                guard let answer = script(Request(connection: number, number: count, head: head)) else { return }
                for (index, piece) in answer.utf8.split(separator: 0, omittingEmptySubsequences: false).enumerated() {
                    if index > 0 { Thread.sleep(forTimeInterval: 0.1) }
                    let bytes = Array(piece)
                    _ = unsafe bytes.withUnsafeBytes {
                        unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                }
            }
            let received = unsafe recv(connection, &chunk, chunk.count, 0)
            guard received > 0 else { return }
            buffer += chunk[..<received]
        }
    }
}
