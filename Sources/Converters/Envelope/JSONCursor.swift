/// Walks over a JSON document that ``JSONValidator`` has accepted, so it need not check the grammar again.
///
/// It never reads beyond the document, whatever its bytes are.
@safe
struct JSONCursor {
    /// The document.
    let bytes: UnsafeRawBufferPointer
    /// Where the cursor stands.
    var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        unsafe self.bytes = bytes
        self.position = position
    }

    /// Skips white space and returns the byte that follows, without passing it; 0 at the end.
    @inline(__always)
    mutating func peek() -> UInt8 {
        while unsafe position < bytes.count {
            let byte = unsafe bytes[position]
            guard byte <= 0x20 else { return byte }
            position &+= 1
        }
        return 0
    }

    /// Passes the next byte that is no white space, if it is `byte`.
    @inline(__always)
    mutating func passes(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position &+= 1
        return true
    }

    /// Passes a literal or a number and returns its bytes.
    @inline(__always)
    mutating func scalar() -> UnsafeRawBufferPointer {
        let start = position
        while unsafe position < bytes.count, unsafe !Self.endsScalar(bytes[position]) { position &+= 1 }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    /// Passes a string, which begins here, and returns its bytes with its quotes, and whether it has escapes.
    @inline(__always)
    mutating func string() -> (text: UnsafeRawBufferPointer, hasEscapes: Bool) {
        let start = position
        let hasEscapes = passString()
        return unsafe (UnsafeRawBufferPointer(rebasing: bytes[start..<position]), hasEscapes)
    }

    /// Passes a value of any kind and returns its bytes.
    mutating func value() -> UnsafeRawBufferPointer {
        _ = peek()
        let start = position
        var depth = 0
        repeat {
            switch peek() {
            case UInt8(ascii: "\""): _ = passString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                position &+= 1
                depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                position &+= 1
                depth &-= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): position &+= 1
            case 0: depth = 0
            default: _ = unsafe scalar()
            }
        } while depth > 0
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    /// Passes the string that begins here and returns whether it has escapes.
    @inline(__always)
    private mutating func passString() -> Bool {
        var hasEscapes = false
        position &+= 1
        while unsafe position < bytes.count {
            if unsafe position &+ 8 <= bytes.count {
                let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let marks = Self.marks(word)
                guard marks != 0 else {
                    position &+= 8
                    continue
                }
                position &+= marks.trailingZeroBitCount &>> 3
            }
            switch unsafe bytes[position] {
            case UInt8(ascii: "\""):
                position &+= 1
                return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position &+= 2
            default: position &+= 1
            }
        }
        unsafe position = bytes.count
        return hasEscapes
    }

    /// The top bit of each byte that is a quote or a backslash; the lowest one is exact.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        return ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & (ones &* 0x80)
    }

    @inline(__always)
    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"), UInt8(ascii: "\""),
            UInt8(ascii: "["), UInt8(ascii: "{"):
            true
        default: false
        }
    }
}
