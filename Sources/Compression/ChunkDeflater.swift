internal import CIsal
internal import CZlib

/// Deflates each chunk independently, so that one compressor serves every open batch of a core.
///
/// A compressor's state is hundreds of KiB; one per open batch would cost a thousand partitions hundreds of MiB. Each
/// chunk ends with a full flush on a byte boundary and refers to nothing before it (RFC 1951, section 3.2.4), so chunks
/// of one batch can be put one after the other; ``GzipMember`` frames them.
///
/// Not thread-safe: it belongs to one lane.
package final class ChunkDeflater {
    @safe private enum Engine {
        /// ISA-L's fastest matching, with a code that was learned from an earlier chunk.
        case isalLearned(UnsafeMutablePointer<isal_zstream>, builtIn: UnsafeMutablePointer<isal_hufftables>?)
        case isal(stream: UnsafeMutablePointer<isal_zstream>, levelBuffer: UnsafeMutableRawPointer?)
        case zlib(UnsafeMutablePointer<z_stream>)
    }

    private let engine: Engine

    /// Creates a compressor.
    /// - Parameters:
    ///   - type: The library to use.
    ///   - level: One of the type's levels; others are clamped.
    package init(type: CompressionType, level: Int) {
        let level = min(max(level, type.levels.lowerBound), type.levels.upperBound)
        switch type {
        case .isal:
            let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
            unsafe isal_deflate_stateless_init(stream)
            unsafe stream.pointee.gzip_flag = UInt16(IGZIP_DEFLATE)
            unsafe stream.pointee.flush = UInt16(FULL_FLUSH)
            unsafe stream.pointee.end_of_stream = 0
            if level == CompressionType.learnedLevel {
                unsafe engine = .isalLearned(stream, builtIn: stream.pointee.hufftables)
                return
            }
            let size = Self.levelBufferBytes(level)
            let buffer = size == 0 ? nil : UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
            unsafe stream.pointee.level = UInt32(level)
            unsafe stream.pointee.level_buf = unsafe buffer?.assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.level_buf_size = UInt32(size)
            unsafe engine = .isal(stream: stream, levelBuffer: buffer)
        case .zlib:
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            unsafe stream.initialize(to: z_stream())
            // Negative window bits: raw deflate, since the gzip frame is ours.
            let outcome = unsafe deflateInit2_(
                stream,
                Int32(level),
                Z_DEFLATED,
                -15,
                8,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)
            )
            precondition(outcome == Z_OK, "zlib has no memory for a compressor")
            unsafe engine = .zlib(stream)
        }
    }

    deinit {
        switch engine {
        case .isalLearned(let stream, _):
            unsafe stream.deallocate()
        case .isal(let stream, let levelBuffer):
            unsafe levelBuffer?.deallocate()
            unsafe stream.deallocate()
        case .zlib(let stream):
            unsafe deflateEnd(stream)
            unsafe stream.deallocate()
        }
    }

    /// Returns the most bytes that `count` bytes can become.
    package static func bound(_ count: Int) -> Int {
        // Stored blocks of at most 65,535 bytes cost 5 bytes each; the sum leaves room for smaller blocks and the
        // flush's marker.
        count + (count / 4096 + 1) * 8 + 64
    }

    /// Compresses one chunk.
    /// - Parameters:
    ///   - chunk: The raw bytes.
    ///   - output: Where the compressed bytes go: at least ``bound(_:)`` of the chunk's count.
    ///   - code: The learned code for chunks like this one; engines that make a code for each chunk ignore it.
    /// - Returns: How many bytes were written.
    package func deflate(
        _ chunk: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        code: LearnedCode
    ) -> Int {
        precondition(output.count >= Self.bound(chunk.count), "the output buffer is too small")
        guard let input = chunk.baseAddress, let destination = output.baseAddress, unsafe !chunk.isEmpty else {
            return 0
        }
        let source = unsafe UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self))
        let target = unsafe destination.assumingMemoryBound(to: UInt8.self)
        switch engine {
        case .isalLearned(let stream, let builtIn):
            unsafe stream.pointee.hufftables = unsafe code.tables(for: chunk) ?? builtIn
            return unsafe Self.deflate(stream, source, chunk.count, target, output.count)
        case .isal(let stream, _):
            return unsafe Self.deflate(stream, source, chunk.count, target, output.count)
        case .zlib(let stream):
            unsafe deflateReset(stream)
            unsafe stream.pointee.next_in = source
            unsafe stream.pointee.avail_in = UInt32(chunk.count)
            unsafe stream.pointee.next_out = target
            unsafe stream.pointee.avail_out = UInt32(output.count)
            let outcome = unsafe CZlib.deflate(stream, Z_FULL_FLUSH)
            let isComplete = unsafe outcome == Z_OK && stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0
            precondition(isComplete, "zlib refused a chunk whose output bound was kept")
            return unsafe output.count - Int(stream.pointee.avail_out)
        }
    }

    private static func deflate(
        _ stream: UnsafeMutablePointer<isal_zstream>,
        _ source: UnsafeMutablePointer<UInt8>,
        _ count: Int,
        _ target: UnsafeMutablePointer<UInt8>,
        _ room: Int
    ) -> Int {
        unsafe stream.pointee.next_in = source
        unsafe stream.pointee.avail_in = UInt32(count)
        unsafe stream.pointee.next_out = target
        unsafe stream.pointee.avail_out = UInt32(room)
        let outcome = unsafe isal_deflate_stateless(stream)
        precondition(outcome == COMP_OK, "ISA-L refused a chunk whose output bound was kept")
        return unsafe room - Int(stream.pointee.avail_out)
    }

    /// The macros of `igzip_lib.h` that size a level's buffer are expressions that Swift does not import.
    private static func levelBufferBytes(_ level: Int) -> Int {
        switch level {
        case 2: Int(cisal_level_2_buffer_bytes)
        case 3: Int(cisal_level_3_buffer_bytes)
        default: 0
        }
    }
}
