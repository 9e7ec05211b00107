/// One sequence of UTF-8 that begins with a byte outside ASCII.
struct UTF8Sequence {
    /// How many bytes it has; when invalid, how many of them one replacement character stands for.
    let length: Int
    /// Whether it is one code point of Unicode, in its shortest form and no surrogate.
    let isValid: Bool

    /// Reads the sequence that begins at `position`, which is inside the bytes.
    ///
    /// The ranges of the second byte are those of table 3-7 of the Unicode Standard; an invalid part is as long as its
    /// "maximal subpart", as Swift's own decoder and most others have it.
    init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        let first = unsafe bytes[position]
        let expected: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: expected = 2
        case 0xE0...0xEF:
            expected = 3
            if first == 0xE0 { second = 0xA0...0xBF }
            if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            expected = 4
            if first == 0xF0 { second = 0x90...0xBF }
            if first == 0xF4 { second = 0x80...0x8F }
        default:
            length = 1
            isValid = false
            return
        }
        let end = min(position &+ expected, bytes.count)
        var next = position &+ 1
        if next < end, unsafe second.contains(bytes[next]) {
            next &+= 1
            while next < end, unsafe bytes[next] & 0xC0 == 0x80 { next &+= 1 }
        }
        length = next &- position
        isValid = length == expected
    }
}
