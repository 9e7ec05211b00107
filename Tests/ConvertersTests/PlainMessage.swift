import Converters

/// A message with a key and headers that count how often they were asked for.
final class PlainMessage: MessageSource {
    private let keyText: StaticString = "key"
    private let headers: [(name: StaticString, value: StaticString?)] = [("a", "1"), ("b", nil), ("a", "2")]
    private(set) var asked = 0

    func key(at index: Int) -> UnsafeRawBufferPointer? {
        asked += 1
        return unsafe index == 0 ? bytes(keyText) : nil
    }

    func forEachHeader(at index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        asked += 1
        for header in headers { unsafe body(bytes(header.name), header.value.map { unsafe bytes($0) }) }
    }

    private func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
