import Logging
import Testing

@Suite("Log lines")
struct LogFormatTests {
    let entry = LogEntry(
        level: .warning,
        label: "sink",
        message: "batch \"dropped\"",
        metadata: ["b": "two words", "a": "1\n2"]
    )

    @Test("JSON lines escape what JSON must escape and sort the metadata")
    func json() {
        let expected =
            #"{"time":"T","level":"warning","logger":"sink","message":"batch \"dropped\"","a":"1\n2","b":"two words"}"#
        #expect(LogFormat.json.line(for: entry, time: "T") == expected)
    }

    @Test("Text lines quote only values with blanks, quotes or equal signs")
    func text() {
        let expected = #"T WARNING sink: batch "dropped" a="1\n2" b="two words""#
        #expect(LogFormat.text.line(for: entry, time: "T") == expected)
    }

    @Test("A logger leaves out lines below its level and adds its own metadata")
    func levels() {
        let sink = MemoryLogSink()
        let logger = Logger(label: "test", level: .info, sink: sink).with("topic", "orders")
        logger.debug("unseen")
        logger.info("seen", ["partition": "3"])
        #expect(sink.entries.map(\.message) == ["seen"])
        #expect(sink.entries.first?.metadata == ["topic": "orders", "partition": "3"])
    }
}
