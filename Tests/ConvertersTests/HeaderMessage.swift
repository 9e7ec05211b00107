import Converters

/// A message with a key and headers that a test chooses.
@safe
final class HeaderMessage: MessageSource {
    private let keyBytes: UnsafeMutableRawBufferPointer?
    private let headers: [(name: UnsafeMutableRawBufferPointer, value: UnsafeMutableRawBufferPointer)]

    init(_ headers: [(String, [UInt8])] = [], key: [UInt8]? = nil) {
        unsafe keyBytes = key.map(Self.copy)
        unsafe self.headers = headers.map { unsafe (Self.copy(Array($0.0.utf8)), Self.copy($0.1)) }
    }

    deinit {
        unsafe keyBytes?.deallocate()
        for index in unsafe headers.indices {
            unsafe headers[index].name.deallocate()
            unsafe headers[index].value.deallocate()
        }
    }

    func key(at index: Int) -> UnsafeRawBufferPointer? { unsafe keyBytes.map(UnsafeRawBufferPointer.init) }

    func forEachHeader(at index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        for index in unsafe headers.indices {
            unsafe body(UnsafeRawBufferPointer(headers[index].name), UnsafeRawBufferPointer(headers[index].value))
        }
    }

    private static func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        unsafe copy.copyBytes(from: bytes)
        return unsafe copy
    }
}
