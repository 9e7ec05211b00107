import Compression
import Testing

@Suite("Deflate without a header")
struct RawInflateTests {
    /// What zlib makes of the bytes, without the header and the trailer of a gzip member.
    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        Array(
            GzipTests.member(bytes, chunkBytes: 1 << 20, ChunkDeflater(type: .zlib, level: 6)).dropFirst(10).dropLast(8)
        )
    }

    @Test("is unpacked, however large", arguments: [0, 1, 5000, 300_000])
    func inflate(count: Int) throws {
        let bytes = GzipTests.text(count)
        #expect(try RawInflate.inflate(Self.deflated(bytes), limit: count + 1) == bytes)
    }

    @Test("unless it is too large, cut off, followed by something, or damaged")
    func faults() throws {
        let packed = Self.deflated(GzipTests.text(5000))
        let samples: [([UInt8], Int, CompressionError.Code)] = [
            (packed, 4999, .tooLarge), (Array(packed.dropLast(40)), 9999, .truncated), ([], 10, .truncated),
            (packed + [0], 9999, .corrupt), ([0xFF, 0xFF], 10, .corrupt),
        ]
        for (bytes, limit, code) in samples {
            let error = #expect(throws: CompressionError.self) { _ = try RawInflate.inflate(bytes, limit: limit) }
            #expect(error?.code == code)
        }
    }
}
