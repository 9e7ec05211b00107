import Daemon
import Glibc
import Logging
import Metrics
import Testing
import Threads

@testable import Observability

@Suite("The question that health asks", .timeLimit(.minutes(3)))
struct HealthProbeTests {
    @Test(
        "an address is what the endpoint listens on, or where it is",
        arguments: [
            ("127.0.0.1:9404", "127.0.0.1:9404"), ("0.0.0.0:9404", "127.0.0.1:9404"), (":9404", "127.0.0.1:9404"),
            ("localhost:1", "127.0.0.1:1"), ("[::]:8080", "[::1]:8080"), ("[::1]:65535", "[::1]:65535"),
            ("10.0.0.7:80", "10.0.0.7:80"), ("9404", nil), ("127.0.0.1", nil), ("127.0.0.1:0", nil),
            ("127.0.0.1:65536", nil), ("::1:9404", nil), ("[127.0.0.1]:9404", nil), ("127.0.0.1:x", nil), ("", nil),
        ]
    )
    func readsAddresses(text: String, shown: String?) {
        #expect(HealthProbe.Address(text).map { "\($0)" } == shown)
    }

    @Test(
        "an answer is healthy with status 200 alone",
        arguments: [
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nok\n", HealthProbe.Outcome.healthy("ok\n")),
            ("HTTP/1.0 503 Service Unavailable\r\n\r\na\nb\n", .unhealthy(status: 503, "a\nb\n")),
            ("HTTP/1.1 404 Not Found\r\n\r\n", .unhealthy(status: 404, "")),
            ("HTTP/1.1 204 No Content\r\n\r\n", .unhealthy(status: 204, "")),
            ("HTTP/1.1 200 OK\r\n", .silent("the answer is not one of HTTP")),
            ("SSH-2.0-x\r\n\r\n", .silent("the answer is not one of HTTP")),
            ("", .silent("the answer is not one of HTTP")),
        ]
    )
    func readsAnswers(text: String, outcome: HealthProbe.Outcome) {
        #expect(HealthProbe.outcome(of: Array(text.utf8)) == outcome)
    }

    @Test("the endpoint is asked, and its reasons come back")
    func asksTheEndpoint() async throws {
        let health = HealthState(limit: .seconds(60))
        health.setReady("task 0", unless: "has not joined the consumer group yet")
        let logger = Logger(label: "test", sink: MemoryLogSink())
        let service = EndpointService(
            host: "0.0.0.0",
            port: 0,
            responder: EndpointResponder(registry: MetricsRegistry(), health: health),
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: service)], handlesSignals: false),
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            while service.port == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let address = try #require(HealthProbe.Address("0.0.0.0:\(service.port)"))
            try await BlockingThread.run(name: "probe") {
                let limit = Duration.seconds(60)
                #expect(HealthProbe(address: address, asksReadiness: false).ask(timeout: limit) == .healthy("ok\n"))
                let readiness = HealthProbe(address: address, asksReadiness: true)
                let reason = "task 0 has not joined the consumer group yet\n"
                #expect(readiness.ask(timeout: limit) == .unhealthy(status: 503, reason))
                health.setReady("task 0")
                #expect(readiness.ask(timeout: limit) == .healthy("ok\n"))
            }
            group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("a process that accepts and says nothing is silent, and one that is not there too")
    func givesUp() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(listener, $0, size)
                _ = unsafe getsockname(listener, $0, &size)
            }
        }
        listen(listener, 1)
        let place = try #require(HealthProbe.Address("127.0.0.1:\(UInt16(bigEndian: address.sin_port))"))
        try await BlockingThread.run(name: "probe") {
            let probe = HealthProbe(address: place, asksReadiness: false)
            #expect(probe.ask(timeout: .milliseconds(50)) == .silent("Connection timed out"))
            close(listener)
            guard case .silent = probe.ask(timeout: .seconds(60)) else {
                Issue.record("somebody answers at a port that was closed")
                return
            }
        }
    }
}
