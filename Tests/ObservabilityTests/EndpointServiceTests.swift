import Daemon
import Glibc
import Logging
import Metrics
import Observability
import Testing
import Threads

@Suite("The endpoint under siege", .timeLimit(.minutes(3)))
struct EndpointServiceTests {
    private struct Timeout: Error {}

    /// Runs the service on a free port while `body` runs.
    private func withEndpoint(_ body: @Sendable @escaping (Int) throws -> Void) async throws {
        let logger = Logger(label: "test", sink: MemoryLogSink())
        let service = EndpointService(
            host: "127.0.0.1",
            port: 0,
            responder: EndpointResponder(registry: MetricsRegistry(), health: HealthState(limit: .seconds(60))),
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: service)], handlesSignals: false),
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            while service.port == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let port = service.port
            try await BlockingThread.run(name: "clients") { try body(port) }
            group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static func connect(_ port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 45, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Timeout() }
        return descriptor
    }

    private static func send(_ text: String, to descriptor: Int32) {
        unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            _ = unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// The first bytes of an answer; empty when the server closes or says nothing.
    private static func receive(from descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 12)
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test(
        "answers while as many connections as it allows are idle, or sent a part of a request",
        arguments: ["", "GET /h"]
    )
    func crowd(sent: String) async throws {
        try await withEndpoint { port in
            var crowd: [Int32] = []
            defer { crowd.forEach { close($0) } }
            for _ in 0..<64 {
                let descriptor = try Self.connect(port)
                Self.send(sent, to: descriptor)
                crowd.append(descriptor)
            }
            let probe = try Self.connect(port)
            defer { close(probe) }
            Self.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n", to: probe)
            #expect(Self.receive(from: probe) == "HTTP/1.1 200")
        }
    }

    @Test("closes a connection that sends one byte at a time, soon")
    func trickle() async throws {
        try await withEndpoint { port in
            let descriptor = try Self.connect(port)
            defer { close(descriptor) }
            let deadline = ContinuousClock.now + .seconds(60)
            var byte: UInt8 = 0
            while ContinuousClock.now < deadline {
                Self.send("x", to: descriptor)
                usleep(20_000)
                let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
                if count == 0 || (count < 0 && errno == ECONNRESET) { return }
            }
            Issue.record("the endpoint still reads a request that does not end")
        }
    }
}
