import HTTP

/// A body that is complete from the start.
struct Bytes: HTTPBodySource {
    let bytes: [UInt8]
    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let part = bytes[offset..<min(bytes.count, offset + buffer.count)]
        unsafe buffer.copyBytes(from: part)
        return part.count
    }
}

extension HTTPRequest {
    /// The value of a header field.
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
