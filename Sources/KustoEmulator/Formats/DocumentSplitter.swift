/// Finds the ends of JSON documents in a stream of bytes without reading their content.
///
/// `json` takes one document a line; `multijson` takes objects separated by blanks, or arrays of objects; `singlejson`
/// takes all bytes as one. Whether a document is valid JSON is for its reader to say.
struct DocumentSplitter {
    /// What a document is.
    enum Mode: Sendable { case lines, objects, whole }

    private let mode: Mode
    private let maximumBytes: Int
    private var document: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// What stands between documents: nothing but blanks, or an array that holds them.
    private enum Surrounding { case none, arrayStart, afterElement, afterComma }
    private var surrounding = Surrounding.none

    /// Starts at the beginning of a blob.
    init(mode: Mode, maximumBytes: Int = 64 << 20) {
        self.mode = mode
        self.maximumBytes = maximumBytes
    }

    /// Reads more bytes and hands on each document that became complete.
    mutating func push(_ bytes: [UInt8], _ emit: ([UInt8]) throws -> Void) throws {
        switch mode {
        case .whole: document.append(contentsOf: bytes)
        case .lines: try pushLines(bytes, emit)
        case .objects:
            for byte in bytes { try take(byte, emit) }
        }
        guard document.count <= maximumBytes else {
            throw IngestionFailure(.streamTooLarge, "a document is larger than \(maximumBytes) bytes")
        }
    }

    /// Ends the blob.
    mutating func finish(_ emit: ([UInt8]) throws -> Void) throws {
        switch mode {
        case .whole, .lines: try emitDocument(emit)
        case .objects:
            guard depth == 0, surrounding == .none else {
                throw IngestionFailure(.unexpectedCharacter, "the data ends inside a JSON document")
            }
        }
    }

    private mutating func pushLines(_ bytes: [UInt8], _ emit: ([UInt8]) throws -> Void) throws {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            document.append(contentsOf: rest[..<end])
            rest = rest[(end + 1)...]
            try emitDocument(emit)
        }
        document.append(contentsOf: rest)
    }

    private mutating func emitDocument(_ emit: ([UInt8]) throws -> Void) throws {
        defer { document.removeAll(keepingCapacity: true) }
        guard document.contains(where: { !Self.isBlank($0) }) else { return }
        try emit(document)
    }

    private mutating func take(_ byte: UInt8, _ emit: ([UInt8]) throws -> Void) throws {
        guard depth > 0 else { return try takeBetweenDocuments(byte) }
        document.append(byte)
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                isInString = false
            }
            return
        }
        switch byte {
        case 0x22: isInString = true
        case 0x7B, 0x5B: depth += 1
        case 0x7D, 0x5D:
            depth -= 1
            if depth == 0 { try emitDocument(emit) }
        default: break
        }
    }

    private mutating func takeBetweenDocuments(_ byte: UInt8) throws {
        switch (byte, surrounding) {
        case _ where Self.isBlank(byte): return
        case (0x7B, .none), (0x7B, .arrayStart), (0x7B, .afterComma):
            document.append(byte)
            depth = 1
            if surrounding != .none { surrounding = .afterElement }
        case (0x5B, .none): surrounding = .arrayStart
        case (0x5D, .arrayStart), (0x5D, .afterElement): surrounding = .none
        case (0x2C, .afterElement): surrounding = .afterComma
        default:
            let character = String(UnicodeScalar(byte))
            throw IngestionFailure(.unexpectedCharacter, "unexpected '\(character)' between JSON documents")
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
