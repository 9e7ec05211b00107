internal import CZlib

/// Unpacks gzip data piece by piece, with any number of members one after the other.
@safe package final class GunzipStream {
    private let stream: UnsafeMutablePointer<z_stream>
    private var output: [UInt8]
    private var isInsideMember = false
    private var hasSeenMember = false

    /// Creates a stream.
    /// - Parameter bufferBytes: The most bytes that one call of `emit` receives.
    package init(bufferBytes: Int = 64 << 10) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        output = Array(repeating: 0, count: bufferBytes)
        // 15 bits of window, and 16 for "gzip only".
        let outcome = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(outcome == Z_OK, "zlib has no memory to inflate")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Unpacks the next compressed bytes and hands the result to `emit`.
    /// - Throws: ``CompressionError`` with `corrupt`, or what `emit` throws.
    package func push(_ bytes: [UInt8], _ emit: (UnsafeRawBufferPointer) throws -> Void) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe push($0, emit) }
    }

    /// The most bytes that zlib is given at once: it counts in 32 bits.
    private static let pieceBytes = 1 << 30

    /// Unpacks the next compressed bytes and hands the result to `emit`.
    /// - Throws: ``CompressionError`` with `corrupt`, or what `emit` throws.
    package func push(_ bytes: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard bytes.count <= Self.pieceBytes else {
            for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
                let end = min(start + Self.pieceBytes, bytes.count)
                try unsafe push(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), emit)
            }
            return
        }
        guard let base = bytes.baseAddress, unsafe !bytes.isEmpty else { return }
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(bytes.count)
        while unsafe stream.pointee.avail_in > 0 {
            if !isInsideMember {
                unsafe inflateReset(stream)
                isInsideMember = true
                hasSeenMember = true
            }
            try unsafe output.withUnsafeMutableBytes { buffer in
                repeat {
                    unsafe stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    unsafe stream.pointee.avail_out = UInt32(buffer.count)
                    let outcome = unsafe inflate(stream, Z_NO_FLUSH)
                    guard outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR else {
                        let reason =
                            unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib error \(outcome)"
                        throw CompressionError(code: .corrupt, message: "the data is not valid gzip: \(reason)")
                    }
                    let produced = unsafe buffer.count - Int(stream.pointee.avail_out)
                    if produced > 0 { try unsafe emit(UnsafeRawBufferPointer(rebasing: buffer[0..<produced])) }
                    if outcome == Z_STREAM_END {
                        isInsideMember = false
                        return
                    }
                } while unsafe stream.pointee.avail_out == 0
            }
        }
    }

    /// Says that no more bytes come.
    /// - Throws: ``CompressionError`` with `truncated` when a member has not ended or there was none.
    package func finish() throws(CompressionError) {
        guard hasSeenMember, !isInsideMember else {
            throw CompressionError(code: .truncated, message: "the gzip data ends before its last member does")
        }
    }
}
