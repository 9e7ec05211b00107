/// The form of a Unicode scalar value in UTF-8 (Unicode Standard, table 3-6).
enum UTF8Form {
    /// What stands for text that cannot be decoded.
    static let replacement: UInt32 = 0xFFFD

    /// Returns how many bytes a scalar takes.
    static func length(of scalar: UInt32) -> Int {
        switch scalar {
        case 0..<0x80: 1
        case 0x80..<0x800: 2
        case 0x800..<0x10000: 3
        default: 4
        }
    }

    /// Writes a scalar at `position` and returns how many bytes it took.
    static func write(_ scalar: UInt32, to output: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        let length = length(of: scalar)
        guard length > 1 else {
            unsafe output[position] = UInt8(truncatingIfNeeded: scalar)
            return 1
        }
        var rest = scalar
        for offset in stride(from: length - 1, to: 0, by: -1) {
            unsafe output[position + offset] = 0x80 | UInt8(rest & 0x3F)
            rest >>= 6
        }
        // The first byte begins with as many ones as there are bytes.
        let mark = UInt8(truncatingIfNeeded: 0xF00 >> UInt32(length))
        unsafe output[position] = mark | UInt8(truncatingIfNeeded: rest)
        return length
    }
}
