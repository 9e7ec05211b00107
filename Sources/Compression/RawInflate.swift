internal import CZlib

/// Unpacks deflate data without a header (RFC 1951) that is in memory, as blocks of Avro container files are.
package enum RawInflate {
    /// Returns the unpacked bytes.
    /// - Parameters:
    ///   - bytes: One stream of deflate, and nothing behind it.
    ///   - limit: The most bytes to unpack.
    /// - Throws: ``CompressionError`` with `corrupt`, `truncated` or `tooLarge`.
    package static func inflate(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        // zlib counts in 32 bits.
        guard bytes.count < 1 << 31 else {
            throw CompressionError(code: .tooLarge, message: "the packed data has more than 2 GiB")
        }
        var stream = unsafe z_stream()
        // 15 bits of window; negative for no header.
        let outcome = unsafe inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(outcome == Z_OK, "zlib has no memory to inflate")
        defer { unsafe inflateEnd(&stream) }
        return try unsafe unpack(bytes, limit, &stream)
    }

    private static func unpack(
        _ bytes: [UInt8],
        _ limit: Int,
        _ stream: inout z_stream
    ) throws(CompressionError) -> [UInt8] {
        var input = bytes
        var output = [UInt8](repeating: 0, count: min(limit, max(4096, 4 * bytes.count)))
        var count = 0
        let status: Int32 = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.next_in = source.baseAddress
            unsafe stream.avail_in = UInt32(source.count)
            while true {
                let status = unsafe output.withUnsafeMutableBufferPointer { target in
                    unsafe stream.next_out = target.baseAddress.map { unsafe $0 + count }
                    unsafe stream.avail_out = UInt32(min(target.count - count, 1 << 30))
                    let room = unsafe stream.avail_out
                    let status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
                    unsafe count += Int(room - stream.avail_out)
                    return status
                }
                guard status == Z_OK || status == Z_BUF_ERROR, count == output.count, count < limit else {
                    return status
                }
                output += [UInt8](repeating: 0, count: min(limit - count, output.count))
            }
        }
        switch status {
        case Z_STREAM_END where unsafe stream.avail_in == 0: return Array(output[..<count])
        case Z_STREAM_END: throw CompressionError(code: .corrupt, message: "bytes follow the end of the deflate data")
        case Z_OK, Z_BUF_ERROR:
            guard count < limit else {
                throw CompressionError(code: .tooLarge, message: "the data unpacks to more than \(limit) bytes")
            }
            throw CompressionError(code: .truncated, message: "the deflate data ends too early")
        default: throw CompressionError(code: .corrupt, message: "the data is not valid deflate: zlib error \(status)")
        }
    }
}
