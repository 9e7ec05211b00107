import Foundation
import HTTPServer
import KafkaBroker
import Logging
import Testing

@testable import Kafka

@Suite("What is at the address of a broker", .timeLimit(.minutes(3)))
struct PortProbeTests {
    @Test(
        "reads addresses as bootstrap.servers holds them",
        arguments: [
            ("b-1.example:9093", "b-1.example:9093"), ("b", "b:9092"), ("[::1]:9094", "[::1]:9094"),
            ("::1", "[::1]:9092"),
            ("SASL_SSL://b:9095", "b:9095"), ("[::1]", "[::1]:9092"),
        ]
    )
    func addresses(text: String, expected: String) { #expect(BrokerAddress(text)?.description == expected) }

    @Test("finds no address in what is none", arguments: ["", ":9092", "b:0", "b:70000", "b c:1", "http://b/x:1"])
    func noAddresses(text: String) { #expect(BrokerAddress(text) == nil) }

    @Test("reads a list with spaces in it, and leaves out what is no address")
    func list() {
        #expect(BrokerAddress.list(" a:1 ,b, ,c d").map(\.description) == ["a:1", "b:9092"])
    }

    @Test("knows who answers by the first bytes")
    func meanings() {
        #expect(PortProbe.meaning([0x15, 3, 3, 0, 2]) == .speaksTLS)
        #expect(PortProbe.meaning(Array("HTTP/".utf8)) == .speaksHTTP)
        #expect(PortProbe.meaning(Array("AMQP\u{3}".utf8)) == .speaksAMQP)
        #expect(PortProbe.meaning([]) == .open && PortProbe.meaning([0x15]) == .open)
    }

    @Test("tells a port where nobody listens from a name that does not resolve")
    func unreachable() {
        let port = FreePorts.take(1)[0]
        let refused = PortProbe.look(at: BrokerAddress(host: "127.0.0.1", port: port), timeout: .seconds(60))
        #expect(refused == .refused && !refused.isOpen && refused.words.contains("nobody listens"))
        // Names below `invalid` never resolve (RFC 2606), at once or after a while.
        let unknown = PortProbe.look(at: BrokerAddress(host: "kafka.invalid", port: 9092), timeout: .seconds(60))
        #expect(!unknown.isOpen && unknown != .refused, "\(unknown)")
    }

    @Test("finds a web server where a broker is expected")
    func webServer() async throws {
        let server = HTTPListener(
            configuration: HTTPServerConfiguration(host: "127.0.0.1", port: 0),
            logger: Logger(label: "test", sink: MemoryLogSink())
        ) { _ in HTTPServerResponse(status: 404) }
        try server.start()
        let address = BrokerAddress(host: "127.0.0.1", port: server.port)
        #expect(await OwnThread.run { PortProbe.look(at: address, timeout: .seconds(60)) } == .open)
        #expect(await OwnThread.run { PortProbe.look(at: address, greets: true, timeout: .seconds(60)) } == .speaksHTTP)
        await server.stop()
    }
}
