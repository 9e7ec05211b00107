/// Turns text of a charset into UTF-8, with U+FFFD for what is malformed, as Java's decoders do.
package struct TextDecoder: Sendable {
    /// The charset that is read.
    package let charset: Charset

    /// Creates a decoder.
    package init(_ charset: Charset) { self.charset = charset }

    /// Returns the length of the text in UTF-8, or `nil` when the bytes are that text already.
    package func count(of bytes: UnsafeRawBufferPointer) -> Int? {
        switch charset {
        case .utf8: unsafe TextRepair(isASCII: false).count(of: bytes)
        case .ascii: unsafe TextRepair(isASCII: true).count(of: bytes)
        case .latin1: unsafe SingleByteText.count(of: bytes) { _ in 2 }
        case .windows1252: unsafe SingleByteText.count(of: bytes) { Windows1252.scalar($0) < 0x800 ? 2 : 3 }
        case .utf16, .utf16BigEndian, .utf16LittleEndian: unsafe utf16Count(of: bytes)
        }
    }

    /// Writes the text in UTF-8 to the start of `output`, which has room for it.
    /// - Parameters:
    ///   - bytes: Text for which ``count(of:)`` returned a length.
    ///   - output: Must not overlap `bytes`.
    package func write(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) {
        switch charset {
        case .utf8: unsafe TextRepair(isASCII: false).write(bytes, to: output)
        case .ascii: unsafe TextRepair(isASCII: true).write(bytes, to: output)
        case .latin1: unsafe SingleByteText.write(bytes, to: output) { UInt32($0) }
        case .windows1252: unsafe SingleByteText.write(bytes, to: output, scalar: Windows1252.scalar)
        case .utf16, .utf16BigEndian, .utf16LittleEndian:
            var text = unsafe UTF16Text(bytes, charset)
            var position = 0
            while let scalar = text.next() { unsafe position += UTF8Form.write(scalar, to: output, at: position) }
        }
    }

    private func utf16Count(of bytes: UnsafeRawBufferPointer) -> Int? {
        guard unsafe !bytes.isEmpty else { return nil }
        var text = unsafe UTF16Text(bytes, charset)
        var count = 0
        while let scalar = text.next() { count += UTF8Form.length(of: scalar) }
        return count
    }
}
