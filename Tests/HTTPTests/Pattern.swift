import HTTP

/// A body of any length whose bytes follow from their places.
struct Pattern: HTTPBodySource {
    let count: Int

    static func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: index &* 31 &+ index >> 9) }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        for index in 0..<buffer.count { unsafe buffer[index] = Self.byte(offset + index) }
        return buffer.count
    }
}
