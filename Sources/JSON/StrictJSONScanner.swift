internal import CSimdJSON

/// Decides whether bytes are one JSON document (RFC 8259), whatever the size of its numbers.
///
/// One pass, no recursion and no allocation: the kind of each open container is one bit of an inline stack. It agrees
/// with simdjson about everything but the size of numbers; in particular, an escaped surrogate without its partner is
/// refused, since no UTF-8 text can hold what it stands for.
@safe
package struct StrictJSONScanner {
    /// How deeply arrays and objects may be nested.
    package static let maximumDepth = Int(CSIMDJSON_MAXIMUM_DEPTH)

    /// Why bytes are not a document.
    struct Fault: Error {
        /// What is wrong, without the place.
        let reason: StaticString
        /// Bytes before the offending one.
        let offset: Int
        /// Whether the nesting is too deep, rather than the grammar broken.
        var isDepth = false
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0
    private var containers = InlineArray<16, UInt64>(repeating: 0)
    /// What is in an array at the root.
    private var elements = JSONRoot.emptyArray

    private init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    /// Returns what the document's root is.
    /// - Throws: ``Fault`` when the bytes are not one document.
    static func scan(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> JSONRoot {
        var scanner = unsafe StrictJSONScanner(bytes)
        return try scanner.document()
    }

    private mutating func document() throws(Fault) -> JSONRoot {
        skipBlanks()
        guard let first = peek() else { return .blank }
        try value()
        while depth > 0 {
            skipBlanks()
            let isObject = isInObject
            switch peek() {
            case UInt8(ascii: ","):
                position += 1
                skipBlanks()
                if isObject { try key() }
                try value()
            case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
                position += 1
                depth -= 1
            case nil: throw fault(isObject ? "unexpected end inside an object" : "unexpected end inside an array")
            default: throw fault("expected a comma or the closing bracket")
            }
        }
        skipBlanks()
        guard peek() == nil else { throw fault("unexpected content after the document") }
        return root(startingWith: first)
    }

    private func root(startingWith byte: UInt8) -> JSONRoot {
        switch byte {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): elements
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// Scans a scalar or an empty container whole, or enters a container and goes on with its first value.
    private mutating func value() throws(Fault) {
        while true {
            skipBlanks()
            if depth == 1, !isInObject { noteElement() }
            switch peek() {
            case UInt8(ascii: "{"):
                try enter(object: true)
                skipBlanks()
                if peek() == UInt8(ascii: "}") { return }
                try key()
            case UInt8(ascii: "["):
                try enter(object: false)
                skipBlanks()
                if peek() == UInt8(ascii: "]") { return }
            case UInt8(ascii: "\""): return try string()
            case UInt8(ascii: "t"): return try literal("true")
            case UInt8(ascii: "f"): return try literal("false")
            case UInt8(ascii: "n"): return try literal("null")
            case UInt8(ascii: "-"): return try number()
            case let byte? where byte &- UInt8(ascii: "0") < 10: return try number()
            case nil: throw fault("unexpected end where a value must stand")
            default: throw fault("expected a value")
            }
        }
    }

    private mutating func noteElement() {
        if peek() != UInt8(ascii: "{") { elements = .array } else if elements == .emptyArray { elements = .objects }
    }

    private mutating func enter(object: Bool) throws(Fault) {
        guard depth < Self.maximumDepth else {
            throw Fault(reason: "nested more deeply than 1,023 levels", offset: position, isDepth: true)
        }
        let bit: UInt64 = 1 << UInt64(depth & 63)
        if object { containers[depth >> 6] |= bit } else { containers[depth >> 6] &= ~bit }
        depth += 1
        position += 1
    }

    private var isInObject: Bool { containers[(depth - 1) >> 6] & (1 << UInt64((depth - 1) & 63)) != 0 }

    private mutating func key() throws(Fault) {
        guard peek() == UInt8(ascii: "\"") else { throw fault("expected a property name in double quotes") }
        try string()
        skipBlanks()
        guard peek() == UInt8(ascii: ":") else { throw fault("expected a colon after the property name") }
        position += 1
    }

    private mutating func literal(_ text: StaticString) throws(Fault) {
        for index in 0..<text.utf8CodeUnitCount {
            let expected = unsafe text.utf8Start[index]
            guard peek() == expected else { throw fault("expected true, false or null") }
            position += 1
        }
        try endOfScalar()
    }

    private mutating func number() throws(Fault) {
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if peek() == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        try endOfScalar()
    }

    private mutating func digits() throws(Fault) {
        let start = position
        while let byte = peek(), byte &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw fault("expected a digit") }
    }

    /// A number or literal ends only where white space or structure begins: `01` and `truex` are no values.
    private mutating func endOfScalar() throws(Fault) {
        switch peek() {
        case nil, 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): return
        default: throw fault("unexpected byte after a value")
        }
    }

    private mutating func string() throws(Fault) {
        position += 1
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw fault("a control character in a string must be escaped")
            case 0x20..<0x80: position += 1
            default: try multibyte(byte)
            }
        }
        throw fault("unexpected end inside a string")
    }

    private mutating func escape() throws(Fault) {
        position += 1
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try fourHexDigits()
            switch unit {
            case 0xD800..<0xDC00:
                guard peek() == UInt8(ascii: "\\") else { throw fault("a high surrogate without its partner") }
                position += 1
                guard peek() == UInt8(ascii: "u") else { throw fault("a high surrogate without its partner") }
                position += 1
                guard (0xDC00..<0xE000).contains(try fourHexDigits()) else {
                    throw fault("a high surrogate without its partner")
                }
            case 0xDC00..<0xE000: throw fault("a low surrogate without its partner")
            default: break
            }
        default: throw fault("unknown escape in a string")
        }
    }

    private mutating func fourHexDigits() throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = hexadecimalDigit(byte) else {
                throw fault("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// Checks one character of two to four bytes against the table of well-formed sequences (Unicode, table 3-7).
    private mutating func multibyte(_ first: UInt8) throws(Fault) {
        let second: ClosedRange<UInt8>
        let continuations: Int
        switch first {
        case 0xC2...0xDF: (second, continuations) = (0x80...0xBF, 1)
        case 0xE0: (second, continuations) = (0xA0...0xBF, 2)
        case 0xE1...0xEC, 0xEE, 0xEF: (second, continuations) = (0x80...0xBF, 2)
        case 0xED: (second, continuations) = (0x80...0x9F, 2)
        case 0xF0: (second, continuations) = (0x90...0xBF, 3)
        case 0xF1...0xF3: (second, continuations) = (0x80...0xBF, 3)
        case 0xF4: (second, continuations) = (0x80...0x8F, 3)
        default: throw fault("invalid UTF-8")
        }
        position += 1
        for index in 0..<continuations {
            guard let byte = peek(), (index == 0 ? second : 0x80...0xBF).contains(byte) else {
                throw fault("invalid UTF-8")
            }
            position += 1
        }
    }

    private mutating func skipBlanks() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func peek() -> UInt8? {
        unsafe position < bytes.count ? bytes[position] : nil
    }

    private func fault(_ reason: StaticString) -> Fault { Fault(reason: reason, offset: position) }
}

/// Returns the value of a hexadecimal digit in ASCII, or `nil`.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
