/// Counts the records of a source without reading their content, as fast as memory allows.
///
/// Lines that are not empty are records of `json`, `txt` and `tsve`; in the quoted formats only line ends outside
/// quotes count. `multijson` is counted by the depth of its brackets, where an array at the top only holds documents.
/// Blocks of Avro say how many records they have. Anything else is one record.
struct RecordCounter {
    private enum Method {
        case lines
        case quotedLines
        case documents
        case whole
        case avroBlocks
    }

    private let method: Method
    private var rows = 0
    private var hasContent = false
    private var isQuoted = false
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var avro = AvroRowCounter()

    /// Creates a counter for a format.
    init(format: DataFormat) {
        method =
            switch format {
            case .json, .txt, .tsve: .lines
            case .csv, .tsv, .psv, .scsv, .sohsv: .quotedLines
            case .multijson: .documents
            case .avro, .apacheavro: .avroBlocks
            default: .whole
            }
    }

    /// Counts in more bytes.
    mutating func push(_ bytes: [UInt8]) {
        switch method {
        case .lines: countLines(bytes)
        case .quotedLines: countQuotedLines(bytes)
        case .documents: countDocuments(bytes)
        case .whole: hasContent = hasContent || !bytes.isEmpty
        case .avroBlocks: avro.push(bytes)
        }
    }

    /// How many records there were; a last line needs no line end.
    mutating func finish() -> Int {
        if hasContent { rows += 1 }
        hasContent = false
        return rows + avro.rows
    }

    private mutating func countLines(_ bytes: [UInt8]) {
        for byte in bytes {
            if byte == 0x0A {
                if hasContent { rows += 1 }
                hasContent = false
            } else if byte > 0x20 {
                hasContent = true
            }
        }
    }

    private mutating func countQuotedLines(_ bytes: [UInt8]) {
        for byte in bytes {
            if byte == 0x22 { isQuoted.toggle() }
            if byte == 0x0A, !isQuoted {
                if hasContent { rows += 1 }
                hasContent = false
            } else if byte != 0x0D {
                hasContent = true
            }
        }
    }

    private mutating func countDocuments(_ bytes: [UInt8]) {
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case 0x5B where depth == 0, 0x5D where depth == 0: break
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                depth -= 1
                if depth == 0 { rows += 1 }
            default: break
            }
        }
    }
}
