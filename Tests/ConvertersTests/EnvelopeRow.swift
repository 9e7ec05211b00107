import Converters
import Testing

/// Reads one envelope into a row.
enum EnvelopeRow {
    /// What a reader says of an envelope, and the row that it wrote, without a newline.
    static func write(
        _ value: [UInt8],
        with reader: EnvelopeReader,
        room: Int = 64
    ) -> (outcome: RecordOutcome, row: [UInt8]) {
        var memory = [UInt8](repeating: 0xAA, count: room)
        let outcome = unsafe value.withUnsafeBytes { value in
            unsafe memory.withUnsafeMutableBytes { unsafe reader.write(value, to: $0) }
        }
        switch outcome {
        case .needsSpace(let bytes):
            precondition(bytes > room)
            return write(value, with: reader, room: bytes)
        case .row(let count): return (outcome, Array(memory[..<count]))
        default: return (outcome, [])
        }
    }

    /// What a new reader makes of a schema and a payload: the row, the sentence of its error, or "skipped".
    static func text(
        _ schema: String,
        _ payload: String,
        format: RecordFormat = .json,
        options: ConverterOptions = ConverterOptions()
    ) throws -> String {
        let reader = EnvelopeReader(format: format, options: options)
        let value = Array(#"{"schema":\#(schema),"payload":\#(payload)}"#.utf8)
        let first = text(value, with: reader)
        // The second time the schema is known, and nothing may differ.
        let second = text(value, with: reader)
        #expect(first == second, "\(first) became \(second)")
        return first
    }

    /// What a reader makes of an envelope: the row, the sentence of its error, or "skipped".
    static func text(_ value: [UInt8], with reader: EnvelopeReader) -> String {
        let (outcome, row) = write(value, with: reader)
        switch outcome {
        case .row: return String(decoding: row, as: UTF8.self)
        case .skipped: return "skipped"
        case .rejected(let error): return error.message
        default: return "\(outcome)"
        }
    }
}
