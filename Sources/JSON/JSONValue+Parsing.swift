extension JSONValue {
    /// Parses one document.
    /// - Throws: ``JSONError`` when the bytes are not one JSON document, also when they are blank.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let outcome: Result<JSONValue, JSONError> = unsafe bytes.withUnsafeBytes { unsafe Self.parse($0) }
        self = try outcome.get()
    }

    /// Parses one document.
    /// - Throws: ``JSONError`` when the text is not one JSON document, also when it is blank.
    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Parses one document where it lies.
    /// - Throws: ``JSONError`` when the bytes are not one JSON document, also when they are blank.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
        self = try unsafe Self.parse(bytes).get()
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer) -> Result<JSONValue, JSONError> {
        do throws(StrictJSONScanner.Fault) {
            guard try unsafe StrictJSONScanner.scan(bytes) != .blank else {
                throw .init(reason: "expected a value, found only white space", offset: bytes.count)
            }
        } catch {
            return .failure(unsafe JSONError(error, in: bytes))
        }
        var builder = unsafe JSONValueBuilder(bytes)
        return .success(builder.value())
    }
}

/// Builds the value of a document that ``StrictJSONScanner`` has accepted, so it need not check anything.
@safe
private struct JSONValueBuilder {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    /// Returns the value that starts at or after the position; recursion ends at the scanner's depth limit.
    mutating func value() -> JSONValue {
        switch nextByte() {
        case UInt8(ascii: "{"): return .object(object())
        case UInt8(ascii: "["): return .array(array())
        case UInt8(ascii: "\""): return .string(string())
        case UInt8(ascii: "t"):
            position += 4
            return .bool(true)
        case UInt8(ascii: "f"):
            position += 5
            return .bool(false)
        case UInt8(ascii: "n"):
            position += 4
            return .null
        default: return number()
        }
    }

    private mutating func object() -> JSONObject {
        var object = JSONObject()
        position += 1
        while nextByte() != UInt8(ascii: "}") {
            if nextByte() == UInt8(ascii: ",") {
                position += 1
                _ = nextByte()
            }
            let key = string()
            _ = nextByte()
            position += 1
            object[key] = value()
        }
        position += 1
        return object
    }

    private mutating func array() -> [JSONValue] {
        var elements: [JSONValue] = []
        position += 1
        while nextByte() != UInt8(ascii: "]") {
            if nextByte() == UInt8(ascii: ",") { position += 1 }
            elements.append(value())
        }
        position += 1
        return elements
    }

    /// Skips white space and returns the byte that follows, without passing it.
    private mutating func nextByte() -> UInt8 {
        while unsafe bytes[position] <= 0x20 { position += 1 }
        return unsafe bytes[position]
    }

    private mutating func string() -> String {
        position += 1
        let start = position
        while true {
            switch unsafe bytes[position] {
            case UInt8(ascii: "\""):
                let text = unsafe String(decoding: bytes[start..<position], as: UTF8.self)
                position += 1
                return text
            case UInt8(ascii: "\\"): return escapedString(from: start)
            default: position += 1
            }
        }
    }

    private mutating func escapedString(from start: Int) -> String {
        var text = unsafe Array(bytes[start..<position])
        while true {
            let byte = unsafe bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): appendEscape(to: &text)
            default: text.append(byte)
            }
        }
    }

    private mutating func appendEscape(to text: inout [UInt8]) {
        let byte = unsafe bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = codeUnit()
            if (0xD800..<0xDC00).contains(scalar) {
                position += 2
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (codeUnit() - 0xDC00)
            }
            text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
        default: text.append(byte)
        }
    }

    private mutating func codeUnit() -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            unit = unit << 4 | UInt32(hexadecimalDigit(unsafe bytes[position]) ?? 0)
            position += 1
        }
        return unit
    }

    private mutating func number() -> JSONValue {
        let start = position
        var isInteger = true
        scan: while unsafe position < bytes.count {
            switch unsafe bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): position += 1
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"):
                isInteger = false
                position += 1
            default: break scan
            }
        }
        let text = unsafe String(decoding: bytes[start..<position], as: UTF8.self)
        // The integer type has no negative zero, which some readers tell from zero.
        if isInteger, text != "-0", let value = Int64(text) { return .integer(value) }
        if let value = Double(text), value.isFinite, DecimalForm(text) == DecimalForm("\(value)") {
            return .double(value)
        }
        return .number(text)
    }
}
