internal import HTTP

/// A part of a body: one block of a blob.
struct BodySlice: HTTPBodySource {
    let body: any HTTPBodySource
    let start: Int
    let count: Int

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, count - offset)])
        return unsafe try body.read(at: start + offset, into: room)
    }
}
