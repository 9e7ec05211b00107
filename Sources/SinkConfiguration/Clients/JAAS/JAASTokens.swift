/// The words and signs of a `sasl.jaas.config`, as Java's `StreamTokenizer` finds them.
struct JAASTokens {
    enum Token: Equatable {
        case word(String)
        case equals
        /// A semicolon.
        case end
        /// The braces around a section of a file.
        case open, close
    }

    private let text: [UInt8]
    private let hasBraces: Bool
    private var position = 0

    /// Begins at the beginning of a text.
    /// - Parameter hasBraces: Whether braces are signs, as in files; a property has none.
    init(_ text: String, hasBraces: Bool = false) {
        self.text = Array(text.utf8)
        self.hasBraces = hasBraces
    }

    /// Returns the next token, or `nil` at the end.
    mutating func next() throws(JAASEntry.Fault) -> Token? {
        try skipBlanks()
        guard position < text.count else { return nil }
        let byte = text[position]
        switch byte {
        case UInt8(ascii: "="):
            position += 1
            return .equals
        case UInt8(ascii: ";"):
            position += 1
            return .end
        case UInt8(ascii: "{") where hasBraces:
            position += 1
            return .open
        case UInt8(ascii: "}") where hasBraces:
            position += 1
            return .close
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .word(try quoted(byte))
        case _ where Self.beginsWord(byte): return .word(word())
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."):
            throw fault("a value that begins with a digit, a dot or a minus must stand in quotes")
        default: throw fault("there is a character that must stand in quotes")
        }
    }

    private mutating func skipBlanks() throws(JAASEntry.Fault) {
        while position < text.count {
            if text[position] <= 0x20 {
                position += 1
            } else if text[position] == UInt8(ascii: "/") {
                // A lone slash begins a comment, too, as in Java.
                if position + 1 < text.count, text[position + 1] == UInt8(ascii: "*") {
                    try skipComment()
                } else {
                    while position < text.count, text[position] != 0x0A, text[position] != 0x0D { position += 1 }
                }
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(JAASEntry.Fault) {
        position += 2
        while position + 1 < text.count {
            if text[position] == UInt8(ascii: "*"), text[position + 1] == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
        throw fault("a comment is never closed")
    }

    private mutating func word() -> String {
        let start = position
        while position < text.count, Self.beginsWord(text[position]) || Self.continuesWord(text[position]) {
            position += 1
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func quoted(_ quote: UInt8) throws(JAASEntry.Fault) -> String {
        var bytes: [UInt8] = []
        position += 1
        while position < text.count, text[position] != 0x0A, text[position] != 0x0D {
            let byte = text[position]
            position += 1
            if byte == quote { return String(decoding: bytes, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\"), position < text.count else {
                bytes.append(byte)
                continue
            }
            escape(into: &bytes)
        }
        throw fault("a value in quotes is never closed")
    }

    /// Reads what stands behind a backslash: an octal number of a character, or a letter.
    private mutating func escape(into bytes: inout [UInt8]) {
        let byte = text[position]
        if (0x30...0x37).contains(byte) {
            var value: UInt32 = 0
            let most = byte <= 0x33 ? 3 : 2
            var digits = 0
            while digits < most, position < text.count, (0x30...0x37).contains(text[position]) {
                value = value * 8 + UInt32(text[position] - 0x30)
                position += 1
                digits += 1
            }
            bytes += Array(String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8)
            return
        }
        position += 1
        switch byte {
        case UInt8(ascii: "a"): bytes.append(0x07)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "v"): bytes.append(0x0B)
        default: bytes.append(byte)
        }
    }

    private func fault(_ reason: String) -> JAASEntry.Fault {
        JAASEntry.Fault(message: "JAAS config cannot be read at character \(min(position, text.count) + 1): \(reason)")
    }

    private static func beginsWord(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "$") || byte >= 0x80
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
