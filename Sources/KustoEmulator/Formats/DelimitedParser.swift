/// Splits delimited text into records as its bytes arrive.
///
/// States: start of a record, in a plain field, in a quoted field, after a quote inside a quoted field, after a
/// backslash (tsve). A record ends at LF or CRLF; a CR elsewhere is data. Empty lines hold no record. Text after a
/// closing quote belongs to the field.
struct DelimitedParser {
    private enum State { case recordStart, fieldStart, plain, quoted, quoteInQuoted, escape }

    private let dialect: DelimitedDialect
    private let maximumRecordBytes: Int
    private var state = State.recordStart
    private var hasPendingReturn = false
    private var record = DelimitedRecord()

    /// Starts at the beginning of a blob.
    init(dialect: DelimitedDialect, maximumRecordBytes: Int = 64 << 20) {
        self.dialect = dialect
        self.maximumRecordBytes = maximumRecordBytes
    }

    /// Reads more bytes and hands on each record that became complete.
    mutating func push(_ bytes: [UInt8], _ emit: (DelimitedRecord) throws -> Void) throws {
        for byte in bytes {
            if hasPendingReturn {
                hasPendingReturn = false
                if byte != 0x0A { take(0x0D) }
            }
            if state == .recordStart || state == .fieldStart || state == .plain || state == .quoteInQuoted {
                if byte == 0x0D {
                    hasPendingReturn = true
                    continue
                }
                if byte == 0x0A {
                    try endRecord(emit)
                    continue
                }
            }
            take(byte)
            guard record.byteCount <= maximumRecordBytes else {
                throw IngestionFailure(.streamTooLarge, "a record is larger than \(maximumRecordBytes) bytes")
            }
        }
    }

    /// Ends the blob: its last record needs no line end, but a quoted field needs its closing quote.
    mutating func finish(_ emit: (DelimitedRecord) throws -> Void) throws {
        if hasPendingReturn, state == .escape || state == .quoted { take(0x0D) }
        hasPendingReturn = false
        switch state {
        case .quoted:
            throw IngestionFailure(.closingQuoteMissing, "a quoted field is not closed before the end of the data")
        case .escape: record.append(0x5C)
        default: break
        }
        try endRecord(emit)
    }

    private mutating func take(_ byte: UInt8) {
        switch state {
        case .recordStart, .fieldStart:
            if dialect.isQuoted, byte == 0x22 { state = .quoted } else { takePlain(byte) }
        case .plain: takePlain(byte)
        case .quoted:
            if byte == 0x22 { state = .quoteInQuoted } else { record.append(byte) }
        case .quoteInQuoted:
            if byte == 0x22 {
                record.append(0x22)
                state = .quoted
            } else {
                takePlain(byte)
            }
        case .escape:
            record.append(Self.unescaped(byte))
            state = .plain
        }
    }

    private mutating func takePlain(_ byte: UInt8) {
        if byte == dialect.delimiter {
            record.endField()
            state = .fieldStart
        } else if dialect.isEscaped, byte == 0x5C {
            state = .escape
        } else {
            record.append(byte)
            state = .plain
        }
    }

    private mutating func endRecord(_ emit: (DelimitedRecord) throws -> Void) throws {
        defer {
            record.removeAll()
            state = .recordStart
        }
        guard state != .recordStart else { return }
        record.endField()
        try emit(record)
    }

    private static func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x74: 0x09
        case 0x6E: 0x0A
        case 0x72: 0x0D
        default: byte
        }
    }
}
