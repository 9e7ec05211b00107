/// Reads the scalars of text in UTF-16, with U+FFFD for what is malformed.
///
/// Java decodes so: a high surrogate and the code unit after it, if that is no low surrogate, become one U+FFFD
/// together; so do a high surrogate at the end and what is left behind it. A low surrogate alone becomes one, and so
/// does half a code unit at the end.
@safe
struct UTF16Text {
    private let bytes: UnsafeRawBufferPointer
    private let isLittleEndian: Bool
    private var position = 0

    /// Begins to read; for ``Charset/utf16`` a mark at the beginning says the byte order and is passed over.
    init(_ bytes: UnsafeRawBufferPointer, _ charset: Charset) {
        unsafe self.bytes = bytes
        let mark = unsafe bytes.count >= 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
        isLittleEndian = charset == .utf16LittleEndian || (charset == .utf16 && mark == 0xFFFE)
        if charset == .utf16, mark == 0xFFFE || mark == 0xFEFF { position = 2 }
    }

    /// Returns the next scalar, or `nil` at the end.
    mutating func next() -> UInt32? {
        guard unsafe position < bytes.count else { return nil }
        guard let unit = unit() else { return UTF8Form.replacement }
        switch unit {
        case 0xD800..<0xDC00:
            guard let other = self.unit(), (0xDC00..<0xE000).contains(other) else { return UTF8Form.replacement }
            return 0x10000 + (unit - 0xD800) << 10 + (other - 0xDC00)
        case 0xDC00..<0xE000: return UTF8Form.replacement
        default: return unit
        }
    }

    /// Takes a code unit, or what is left when there is no whole one.
    private mutating func unit() -> UInt32? {
        guard unsafe position + 2 <= bytes.count else {
            unsafe position = bytes.count
            return nil
        }
        let (first, second) = unsafe (UInt32(bytes[position]), UInt32(bytes[position + 1]))
        position += 2
        return isLittleEndian ? second << 8 | first : first << 8 | second
    }
}
