import Converters
import Testing

@Suite("A view of a message")
struct MessageViewTests {
    @Test("fetches key and headers when somebody asks, and not before")
    func laziness() throws {
        let source = PlainMessage()
        let message = unsafe MessageView(value: nil, timestamp: 5, source: source, index: 0)
        let converter = RecordConverter(try Conversion(.bytes, .txt))
        var room = [UInt8](repeating: 0, count: 100)
        #expect(unsafe room.withUnsafeMutableBytes { unsafe converter.append(message, to: $0, at: 0) } == .skipped)
        #expect(source.asked == 0)
        #expect(unsafe message.key.map { unsafe String(decoding: $0, as: UTF8.self) } == "key")
        var headers: [String] = []
        unsafe message.forEachHeader { name, value in
            let value = unsafe value.map { unsafe String(decoding: $0, as: UTF8.self) } ?? "nothing"
            headers.append(unsafe String(decoding: name, as: UTF8.self) + "=" + value)
        }
        #expect(headers == ["a=1", "b=nothing", "a=2"])
        #expect(source.asked == 2)
    }

    @Test(
        "has a timestamp only when it says something",
        arguments: [(0, 0), (-1, nil), (Int64.min, nil), (.max, .max)] as [(Int64, Int64?)]
    )
    func timestamps(timestamp: Int64, expected: Int64?) {
        let source = PlainMessage()
        let message = unsafe MessageView(value: nil, timestamp: timestamp, source: source, index: 1)
        #expect(message.timestamp == expected)
        #expect(unsafe message.key == nil)
    }
}
