import Logging
import Testing

@Suite("Log lines")
struct LogFormatTests {
    let entry = LogEntry(
        level: .warning,
        label: "sink",
        message: "batch \"dropped\"",
        data: ["b": "two words", "a": "1\n2"]
    )

    @Test("JSON lines escape what JSON must escape and sort the data")
    func json() {
        let expected =
            #"{"time":"T","level":"warning","logger":"sink","message":"batch \"dropped\"","a":"1\n2","b":"two words"}"#
        #expect(LogFormat.json.line(for: entry, time: "T") == expected)
    }

    @Test("Numbers and truth values stand without quotation marks, and a text that looks like one does not")
    func values() {
        let data: LogData = [
            "a": 7, "b": Int64.min, "c": UInt64.max, "d": 0.25, "e": true, "f": "8", "g": Duration.milliseconds(1500),
            "h": Double.nan, "i": 3.0, "j": Int32(-1), "k": 1e300, "l": Duration.seconds(2),
        ]
        let line = LogFormat.json.line(for: LogEntry(level: .info, label: "x", message: "m", data: data), time: "T")
        let expected =
            #""a":7,"b":-9223372036854775808,"c":18446744073709551615,"d":0.25,"e":true,"f":"8","g":1.5,"#
            + #""h":"nan","i":3,"j":-1,"k":1e+300,"l":2}"#
        #expect(line == #"{"time":"T","level":"info","logger":"x","message":"m","# + expected)
    }

    @Test("Text lines quote only values with blanks, quotes or equal signs")
    func text() {
        let expected = #"T WARNING sink: batch "dropped" a="1\n2" b="two words""#
        #expect(LogFormat.text.line(for: entry, time: "T") == expected)
    }

    @Test("A text line is one line whatever it says, and shows its level in colour on request only")
    func colours() {
        let entry = LogEntry(level: .error, label: "sink", message: "a\nb\u{1B}[1m", data: ["n": 1, "l": ["x", "y"]])
        let plain = #"T ERROR   sink: a\nb\u001b[1m l="x, y" n=1"#
        #expect(LogFormat.text.line(for: entry, time: "T") == plain)
        let coloured = LogFormat.text.line(for: entry, time: "T", isColoured: true)
        #expect(coloured.contains("\u{1B}[1;31mERROR\u{1B}[0m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test(
        "Several texts are an array in JSON",
        arguments: [([], "[]"), (["a"], #"["a"]"#), (["a", "\""], #"["a","\""]"#)]
    )
    func lists(texts: [String], expected: String) {
        let entry = LogEntry(level: .info, label: "x", message: "m", data: ["l": texts])
        #expect(LogFormat.json.line(for: entry, time: "T").hasSuffix(#""l":"# + expected + "}"))
    }

    @Test("A logger leaves out lines below its level and adds its own data")
    func levels() {
        let sink = MemoryLogSink()
        let logger = Logger(label: "test", level: .info, sink: sink).with("topic", "orders")
        logger.debug("unseen")
        logger.info("seen", ["partition": "3"])
        #expect(sink.entries.map(\.message) == ["seen"])
        #expect(sink.entries.first?.metadata == ["topic": "orders", "partition": "3"])
    }
}
