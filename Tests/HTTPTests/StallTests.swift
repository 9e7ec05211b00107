import Foundation
import HTTP
import Logging
import Testing

@Suite("Exchanges that stand still", .timeLimit(.minutes(3)))
struct StallTests {
    @Test("end, whether the server reads and says nothing or does not even read")
    func noticesSilence() async throws {
        let client = try HTTPClient(logger: Logger(label: "test", sink: MemoryLogSink()))
        let silent = RawServer { _ in "" }
        let stuck = RawServer { _ in
            Thread.sleep(forTimeInterval: 3600)
            return nil
        }
        for (port, bytes) in [(silent.port, 10), (silent.port, 0), (stuck.port, 64 << 20)] {
            let error = await #expect(throws: HTTPError.self) {
                // The suite's time limit is far below the time for the whole exchange.
                try await client.execute(
                    HTTPRequest(
                        method: .put,
                        url: "http://127.0.0.1:\(port)/",
                        body: .source(Pattern(count: bytes)),
                        timeout: .seconds(3600),
                        stallTimeout: .seconds(1)
                    )
                )
            }
            #expect(error?.code == .timedOut)
        }
        for server in [silent, stuck] { server.stop() }
    }
}
