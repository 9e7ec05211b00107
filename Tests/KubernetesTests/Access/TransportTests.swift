import HTTP
import Logging
import ScriptedAPI
import Secrets
import Testing

@testable import Kubernetes

@Suite("Connections to the API server")
struct TransportTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()
    private let sink = MemoryLogSink()

    private func transport(_ access: ClusterAccess) -> Transport {
        Transport(access: access, userAgent: "x", clock: clock.clock, logger: Logger(label: "test", sink: sink))
    }

    @Test("are made anew when the authority's file is replaced, and only then")
    func rotation() throws {
        let file = try folder.write("ca.crt", Samples.certificate)
        let transport = transport(
            ClusterAccess(server: "https://h", namespace: "n", origin: "test", trust: .only(.file(file)))
        )
        let first = try transport.client(identity: nil)
        clock.advance(by: .seconds(10))
        #expect(try transport.client(identity: nil) === first)
        // The same bytes in another file.
        try folder.write("ca.crt", Samples.certificate)
        clock.advance(by: .seconds(10))
        #expect(try transport.client(identity: nil) === first)
        try folder.write("ca.crt", Samples.certificate + Samples.certificate)
        #expect(try transport.client(identity: nil) === first)
        clock.advance(by: .seconds(1))
        let second = try transport.client(identity: nil)
        #expect(second !== first)
        // Half-written or gone: the old one stays, and the log says it once.
        try folder.write("ca.crt", "")
        for _ in 0..<3 {
            clock.advance(by: .seconds(10))
            #expect(try transport.client(identity: nil) === second)
        }
        #expect(sink.entries.count { $0.level == .warning } == 1)
    }

    @Test("are made anew when the credential has another certificate")
    func identities() throws {
        let transport = transport(ClusterAccess(server: "https://h", namespace: "n", origin: "test"))
        let plain = try transport.client(identity: nil)
        let identity = TLSSettings.ClientCertificate(certificate: Array("c".utf8), key: Secret("k"))
        let own = try transport.client(identity: identity)
        #expect(own !== plain)
        #expect(try transport.client(identity: identity) === own)
        let other = TLSSettings.ClientCertificate(certificate: Array("d".utf8), key: Secret("l"))
        #expect(try transport.client(identity: other) !== own)
    }

    @Test("are not made without the files from the start")
    func missing() {
        let access = ClusterAccess(server: "https://h", namespace: "n", origin: "t", trust: .only(.file("/no/ca.crt")))
        let error = #expect(throws: APIError.self) { try transport(access).client(identity: nil) }
        #expect(error?.code == .configuration && error?.message.contains("/no/ca.crt") == true)
    }
}
