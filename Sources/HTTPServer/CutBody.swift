internal import CMicroHTTPD

/// A body that ends before its announced length.
final class CutBody {
    private let bytes: [UInt8]
    private let limit: Int

    init(bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        self.limit = min(limit, bytes.count)
    }

    /// Returns a response that owns the body.
    func response() -> OpaquePointer? {
        unsafe MHD_create_response_from_callback(
            UInt64(bytes.count),
            16 << 10,
            { context, position, buffer, room in
                guard let context = unsafe context, let buffer = unsafe buffer else {
                    return MHD_CONTENT_READER_END_WITH_ERROR_VALUE
                }
                let body = unsafe Unmanaged<CutBody>.fromOpaque(context).takeUnretainedValue()
                return unsafe body.read(
                    from: Int(position),
                    into: UnsafeMutableRawBufferPointer(start: buffer, count: room)
                )
            },
            Unmanaged.passRetained(self).toOpaque(),
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<CutBody>.fromOpaque(context).release()
            }
        )
    }

    private func read(from position: Int, into room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(limit - position, room.count)
        guard count > 0 else { return MHD_CONTENT_READER_END_WITH_ERROR_VALUE }
        unsafe room.copyBytes(from: bytes[position..<position + count])
        return count
    }
}

/// `MHD_CONTENT_READER_END_WITH_ERROR`, a macro that Swift does not import.
private let MHD_CONTENT_READER_END_WITH_ERROR_VALUE = -2
