/// A run of bytes in a segment; the segment's file stays as long as there is a reference to one of its runs.
struct StoredBytes: Sendable {
    /// Where the bytes are.
    let segment: Segment
    /// Which bytes of the segment's file they are.
    let range: Range<Int>

    /// How many bytes there are.
    var count: Int { range.count }

    /// Some of these bytes, counted from the first.
    func part(_ part: Range<Int>) -> StoredBytes {
        StoredBytes(
            segment: segment,
            range: (range.lowerBound + part.lowerBound)..<(range.lowerBound + part.upperBound)
        )
    }

    /// Writes bytes from `offset` on.
    /// - Throws: ``EmulatorError`` with `storage`, or `invalidData` when they do not fit.
    func write(_ bytes: [UInt8], at offset: Int) throws(EmulatorError) {
        guard offset + bytes.count <= count else {
            throw EmulatorError(.invalidData, "there are more bytes than the \(count) that were announced")
        }
        try segment.file.write(bytes, at: range.lowerBound + offset)
    }

    /// Reads all bytes in pieces.
    /// - Throws: ``EmulatorError`` with `storage`, or what `body` throws.
    func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let chunk = try segment.file.read(upTo: min(256 << 10, range.upperBound - offset), at: offset)
            guard !chunk.isEmpty else {
                throw EmulatorError(.storage, "\(segment.file.path) is shorter than it should be", isPermanent: false)
            }
            try body(chunk)
            offset += chunk.count
        }
    }
}
