internal import Glibc

/// Decodes a JSON document that is one string.
package enum JSONText {
    /// Puts the string's text, in UTF-8, in the place of its document.
    /// - Parameter document: A document that ``JSONValidator`` found to be a string; its bytes are overwritten.
    /// - Returns: The length of the text, which is always shorter than its document.
    package static func decode(_ document: UnsafeMutableRawBufferPointer) -> Int {
        guard var read = unsafe document.firstIndex(of: UInt8(ascii: "\"")), let base = document.baseAddress else {
            return 0
        }
        read += 1
        var written = 0
        while read < document.count {
            let byte = unsafe document[read]
            switch byte {
            case UInt8(ascii: "\""): return written
            case UInt8(ascii: "\\"): unsafe decodeEscape(document, &read, &written)
            default:
                let run = unsafe plainRun(document, from: read)
                unsafe memmove(base + written, base + read, run)
                read += run
                written += run
            }
        }
        return written
    }

    /// Returns how many bytes from `start` on are neither a quote nor a backslash; the byte at `start` is neither.
    private static func plainRun(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) -> Int {
        var end = start + 1
        while end < bytes.count, unsafe bytes[end] != UInt8(ascii: "\""), unsafe bytes[end] != UInt8(ascii: "\\") {
            end += 1
        }
        return end - start
    }

    private static func decodeEscape(_ bytes: UnsafeMutableRawBufferPointer, _ read: inout Int, _ written: inout Int) {
        guard read + 1 < bytes.count else {
            read += 1
            return
        }
        let kind = unsafe bytes[read + 1]
        read += 2
        guard kind == UInt8(ascii: "u") else {
            unsafe bytes[written] = unescaped(kind)
            written += 1
            return
        }
        var scalar = unsafe codeUnit(bytes, at: read)
        read += 4
        if (0xD800..<0xDC00).contains(scalar) {
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (unsafe codeUnit(bytes, at: read + 2) &- 0xDC00) & 0x3FF
            read += 6
        }
        // Six bytes of escape become at most three, and twelve become four.
        for byte in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
            unsafe bytes[written] = byte
            written += 1
        }
    }

    private static func unescaped(_ kind: UInt8) -> UInt8 {
        switch kind {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: kind
        }
    }

    private static func codeUnit(_ bytes: UnsafeMutableRawBufferPointer, at start: Int) -> UInt32 {
        var unit: UInt32 = 0
        for index in start..<min(start + 4, bytes.count) {
            unit = unit << 4 | UInt32(hexadecimalDigit(unsafe bytes[index]) ?? 0)
        }
        return unit
    }
}
