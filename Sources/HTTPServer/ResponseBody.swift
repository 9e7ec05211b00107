internal import CMicroHTTPD
internal import Glibc

/// libmicrohttpd's response for an answer's body.
enum ResponseBody {
    /// Returns a response, or `nil` when the file cannot be read.
    static func response(for answer: HTTPServerResponse) -> OpaquePointer? {
        switch (answer.body, answer.cut) {
        case (.bytes(let bytes), .after(let limit)):
            return unsafe CutBody(bytes: bytes, limit: limit).response()
        case (.file(let path), .after(let limit)):
            return unsafe contents(of: path).flatMap { unsafe CutBody(bytes: $0, limit: limit).response() }
        case (.bytes(let bytes), _):
            return unsafe bytes.withUnsafeBytes { bytes in
                unsafe MHD_create_response_from_buffer(
                    bytes.count,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                    .RESPMEM_MUST_COPY
                )
            }
        case (.file(let path), _):
            return unsafe file(path)
        }
    }

    private static func file(_ path: String) -> OpaquePointer? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            close(descriptor)
            return nil
        }
        // The response closes the descriptor.
        return unsafe MHD_create_response_from_fd64(UInt64(status.st_size), descriptor)
    }

    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        return unsafe Array(unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            count = unsafe max(0, read(descriptor, buffer.baseAddress, buffer.count))
        }
    }
}
