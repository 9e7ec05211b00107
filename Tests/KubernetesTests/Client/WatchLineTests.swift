import JSON
import Testing

@testable import Kubernetes

@Suite("The lines of a watch")
struct WatchLineTests {
    private let call = APICall(.watch, .pod, namespace: "shop")

    @Test("are put together wherever the chunks end", arguments: [1, 2, 3, 7, 100])
    func splitting(size: Int) {
        let text = Array("one\n\ntwo\r\n\r\nthrée\nrest".utf8)
        var splitter = LineSplitter(limit: 16)
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            let chunk = Array(text[start..<min(start + size, text.count)])
            lines += (splitter.add(chunk) ?? []).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(lines == ["one", "two\r", "thrée"] && splitter.isInsideLine)
    }

    @Test("have a limit, with and without their end")
    func limit() {
        var splitter = LineSplitter(limit: 4)
        #expect(splitter.add(Array("1234\n12".utf8)) == [Array("1234".utf8)])
        #expect(splitter.add(Array("34".utf8)) == [])
        #expect(splitter.add(Array("5".utf8)) == nil)
        var other = LineSplitter(limit: 4)
        #expect(other.add(Array("12345\n".utf8)) == nil)
    }

    private func line(_ text: String) throws(APIError) -> WatchEvent.Line {
        try WatchEvent.line(Array(text.utf8), of: call)
    }

    @Test("are events, of which unknown ones are passed over")
    func events() throws {
        let object = KubernetesObject(["metadata": ["name": "p", "resourceVersion": "7"]])
        let text = object.json.text
        #expect(try line(#"{"type":"ADDED","object":\#(text)}"#) == .event(.added(object)))
        #expect(try line(#"{"type":"MODIFIED","object":\#(text)}"#) == .event(.modified(object)))
        #expect(try line(#"{"type":"DELETED","object":\#(text)}"#) == .event(.deleted(object)))
        #expect(try line(#"{"type":"BOOKMARK","object":\#(text)}"#) == .event(.bookmark(resourceVersion: "7")))
        #expect(try line(#"{"type":"NEWS","object":{}}"#) == .unknown(type: "NEWS"))
        for wrong in ["", "{", "[]", #"{"type":"ADDED"}"#, #"{"object":{}}"#, #"{"type":"ADDED","object":7}"#] {
            let error = #expect(throws: APIError.self) { try line(wrong) }
            #expect(error?.code == .malformed)
        }
    }

    @Test("may be errors, which have codes as answers have")
    func errors() throws {
        let status = #"{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}"#
        guard case .event(.failed(let error)) = try line(#"{"type":"ERROR","object":\#(status)}"#) else {
            Issue.record("no error")
            return
        }
        #expect(error.code == .gone && error.message == "cannot watch pods in namespace shop: too old resource version")
    }
}
