import Glibc
import HTTP
import Kusto
import Logging
import Synchronization

@testable import Sink

/// A destination at which nothing is ever answered, reached through an HTTP client on whose thread the ingestor runs.
final class SilentDestination: BatchDestination {
    private let client: HTTPClient
    private let socket: Int32
    private let port: Int
    private let begun = Atomic(0)

    /// Opens a port that takes connections and says nothing.
    init(logger: Logger) throws {
        client = try HTTPClient(logger: logger)
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = unsafe bind(socket, pointer, length)
                listen(socket, 16)
                _ = unsafe getsockname(socket, pointer, &length)
            }
        }
        self.socket = socket
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(socket) }

    /// How many uploads were begun.
    var attempts: Int { begun.load(ordering: .relaxed) }

    var executor: (any TaskExecutor)? { client.executor }

    func deliver(_ batch: SealedBatch, from checkpoint: inout DeliveryCheckpoint) async throws(KustoError) {
        begun.wrappingAdd(1, ordering: .relaxed)
        do throws(HTTPError) {
            _ = try await client.execute(
                HTTPRequest(method: .put, url: "http://127.0.0.1:\(port)/", body: .source(batch.body))
            )
        } catch {
            throw KustoError(
                error.code == .cancelled ? .cancelled : .unreachable,
                error.message,
                leg: .upload,
                disposition: .retry
            )
        }
        throw KustoError(.unexpectedResponse, "there was an answer", leg: .upload, disposition: .rejected)
    }
}
