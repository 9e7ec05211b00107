internal import CIsal

/// The frame of one gzip member (RFC 1952) whose deflated chunks are made one by one.
///
/// Layout: ``header``, any number of chunks of ``ChunkDeflater``, ``trailer()``. The trailer opens with an empty final
/// block (RFC 1951: `03 00`), so no chunk needs to know that it is the last.
package struct GzipMember: Sendable {
    /// The ten bytes at the beginning: deflate, no name, no time, unknown system.
    package static let header: [UInt8] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0xFF]

    /// The raw bytes counted so far.
    package private(set) var rawBytes = 0
    private var checksum: UInt32 = 0

    /// Creates the frame of an empty member.
    package init() {}

    /// Counts a chunk's raw bytes, in order.
    package mutating func add(_ chunk: UnsafeRawBufferPointer) {
        guard let base = chunk.baseAddress else { return }
        let bytes = unsafe UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        checksum = unsafe crc32_gzip_refl(checksum, bytes, UInt64(chunk.count))
        rawBytes += chunk.count
    }

    /// Returns the bytes that follow the last chunk: the final block, the checksum and the raw size modulo 2³².
    package func trailer() -> [UInt8] {
        let size = UInt32(truncatingIfNeeded: rawBytes)
        return [0x03, 0x00] + Self.littleEndian(checksum) + Self.littleEndian(size)
    }

    private static func littleEndian(_ word: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
}
