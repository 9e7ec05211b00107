import Testing

@testable import Kafka

@Suite("Lines of librdkafka's log")
struct RepeatedLinesTests {
    private let start = ContinuousClock.now

    @Test("that differ only in times and counts are written once a minute")
    func repeats() {
        var lines = RepeatedLines()
        func line(_ end: String) -> String {
            "[thrd:ssl://kafka:9093/bootstrap]: ssl://kafka:9093/bootstrap: SSL handshake failed: certificate has expired \(end)"
        }
        let written = [
            lines.isNew(line("(after 4ms in state SSL_HANDSHAKE)"), start),
            lines.isNew(line("(after 12ms in state SSL_HANDSHAKE, 4 identical error(s) suppressed)"), start),
            lines.isNew("[thrd:main]: something else", start),
            lines.isNew(line("(after 5ms in state SSL_HANDSHAKE)"), start + .seconds(59)),
            lines.isNew(line("(after 5ms in state SSL_HANDSHAKE)"), start + .seconds(61)),
        ]
        #expect(written == [true, false, true, false, true])
    }

    @Test("are remembered up to a bound")
    func bound() {
        var lines = RepeatedLines()
        let written = (0..<1000).map { lines.isNew("line \($0)", start) }
        #expect(written.allSatisfy { $0 })
        let again = [lines.isNew("line 999", start), lines.isNew("line 0", start)]
        #expect(again == [false, true])
    }
}
