import Converters

/// A buffer that rows are appended to, as the pipeline's chunk.
struct RowBuffer {
    /// What stands before the row, to see that it is left alone.
    static let before: [UInt8] = [1, 2, 3]

    /// Converts one message and returns the outcome and the row.
    static func append(
        _ value: [UInt8]?,
        with converter: RecordConverter,
        room: Int = 1 << 16,
        in file: BlobFile? = nil,
        source: any MessageSource = PlainMessage()
    ) -> (outcome: RecordOutcome, row: [UInt8], before: [UInt8]) {
        var bytes = before + Array(repeating: UInt8(0xAA), count: room)
        func append(_ value: UnsafeRawBufferPointer?, _ buffer: UnsafeMutableRawBufferPointer) -> RecordOutcome {
            let message = unsafe MessageView(value: value, timestamp: -1, source: source, index: 0)
            return unsafe converter.append(message, to: buffer, at: before.count, in: file)
        }
        let outcome = unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let value else { return unsafe append(nil, buffer) }
            return unsafe value.withUnsafeBytes { unsafe append($0, buffer) }
        }
        guard case .row(let count) = outcome else { return (outcome, [], Array(bytes.prefix(before.count))) }
        return (outcome, Array(bytes[before.count..<before.count + count]), Array(bytes.prefix(before.count)))
    }
}
