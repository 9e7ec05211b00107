internal import CMicroHTTPD
internal import Glibc

/// libmicrohttpd's response for an answer's body.
enum ResponseBody {
    /// Returns a response, or `nil` when the file cannot be read.
    static func response(for answer: HTTPServerResponse, on connection: OpaquePointer?) -> OpaquePointer? {
        switch (answer.body, answer.cut) {
        case (.bytes(let bytes), .after(let limit)):
            return unsafe CutBody(bytes: bytes, limit: limit).response()
        case (.file(let path, let range), .after(let limit)):
            return unsafe contents(of: path, range).flatMap { unsafe CutBody(bytes: $0, limit: limit).response() }
        case (.bytes(let bytes), _):
            return unsafe bytes.withUnsafeBytes { bytes in
                unsafe MHD_create_response_from_buffer(
                    bytes.count,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                    .RESPMEM_MUST_COPY
                )
            }
        case (.file(let path, let range), _):
            return unsafe file(path, range)
        case (.stream(let body), _):
            return unsafe body.response(on: connection)
        }
    }

    private static func file(_ path: String, _ range: Range<Int>) -> OpaquePointer? {
        guard let descriptor = open(path, upTo: range.upperBound) else { return nil }
        // The response closes the descriptor.
        return unsafe MHD_create_response_from_fd_at_offset64(
            UInt64(range.count),
            descriptor,
            UInt64(range.lowerBound)
        )
    }

    private static func contents(of path: String, _ range: Range<Int>) -> [UInt8]? {
        guard let descriptor = open(path, upTo: range.upperBound) else { return nil }
        defer { close(descriptor) }
        return unsafe Array(unsafeUninitializedCapacity: range.count) { buffer, count in
            count = unsafe max(0, pread(descriptor, buffer.baseAddress, buffer.count, off_t(range.lowerBound)))
        }
    }

    /// A descriptor of a file that has at least `length` bytes.
    private static func open(_ path: String, upTo length: Int) -> Int32? {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size >= length else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
