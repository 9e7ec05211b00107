/// Text of a charset in which a byte is a character, and the lower half is ASCII.
enum SingleByteText {
    /// Returns the length in UTF-8, or `nil` when all of the text is ASCII.
    /// - Parameter length: How many bytes a byte above 0x7F becomes.
    @inline(__always)
    static func count(of bytes: UnsafeRawBufferPointer, length: (UInt8) -> Int) -> Int? {
        var (index, added) = (0, 0)
        while index < bytes.count {
            // Text is mostly ASCII: eight bytes at a time.
            if index + 8 <= bytes.count,
                unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            let byte = unsafe bytes[index]
            if byte >= 0x80 { added += length(byte) - 1 }
            index += 1
        }
        return added == 0 ? nil : bytes.count + added
    }

    /// Writes the text in UTF-8 to the start of `output`, which has room for it.
    /// - Parameter scalar: What a byte above 0x7F stands for.
    @inline(__always)
    static func write(
        _ bytes: UnsafeRawBufferPointer,
        to output: UnsafeMutableRawBufferPointer,
        scalar: (UInt8) -> UInt32
    ) {
        var position = 0
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            unsafe position += UTF8Form.write(byte < 0x80 ? UInt32(byte) : scalar(byte), to: output, at: position)
        }
    }
}
