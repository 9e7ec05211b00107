import Converters

/// What a converter made of a value.
struct WrittenRow: Equatable {
    let outcome: RecordOutcome
    /// The row with its newline; empty when there is none.
    let row: [UInt8]

    var isRejected: Bool {
        if case .rejected = outcome { return true }
        return false
    }

    /// Converts a value, first into too little room and then into what is asked for.
    static func of(
        _ value: [UInt8],
        _ kind: ConverterKind,
        _ format: RecordFormat,
        _ charset: Charset = .utf8
    ) -> WrittenRow {
        do {
            let conversion = try Conversion(kind, format, options: ConverterOptions(charset: charset))
            let converter = RecordConverter(conversion)
            return unsafe written { memory in
                unsafe value.withUnsafeBytes { value in
                    let message = unsafe MessageView(value: value, timestamp: -1, source: NoMessages.shared, index: 0)
                    return unsafe converter.append(message, to: memory, at: 0)
                }
            }
        } catch {
            fatalError("\(error)")
        }
    }

    /// Calls `write` with more and more room, until it is enough.
    static func written(_ write: (UnsafeMutableRawBufferPointer) -> RecordOutcome) -> WrittenRow {
        var room = 0
        for _ in 0..<4 {
            var memory = [UInt8](repeating: 0xAA, count: room)
            let outcome = unsafe memory.withUnsafeMutableBytes { unsafe write($0) }
            switch outcome {
            case .needsSpace(let bytes):
                require(bytes > room, "\(room) bytes are there, and \(bytes) are asked for")
                room = bytes
            case .row(let count):
                require(count > 0 && count <= room, "a row of \(count) bytes in \(room)")
                return WrittenRow(outcome: outcome, row: Array(memory[..<count]))
            case .rejected(let error):
                require(!error.message.isEmpty, "no message")
                return WrittenRow(outcome: outcome, row: [])
            default: return WrittenRow(outcome: outcome, row: [])
            }
        }
        fatalError("\(room) bytes are asked for, and there is no end")
    }
}

/// Messages without keys and headers.
private final class NoMessages: MessageSource, Sendable {
    static let shared = NoMessages()

    func key(at index: Int) -> UnsafeRawBufferPointer? { nil }
    func forEachHeader(at index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {}
}
