internal import Glibc

/// Puts checked JSON documents on one line each.
enum JSONLine {
    /// Puts a document on one line at the start of its buffer, without white space around it, and returns its length.
    ///
    /// A line is a row for Azure Data Explorer's `json`. Line breaks in a valid document are only ever white space
    /// between its parts, so blanks in their place change nothing; without `hasBreaks` there are none to look for.
    static func flatten(_ document: UnsafeMutableRawBufferPointer, hasBreaks: Bool) -> Int {
        var end = document.count
        while end > 0, unsafe isWhiteSpace(document[end - 1]) { end -= 1 }
        var start = 0
        while start < end, unsafe isWhiteSpace(document[start]) { start += 1 }
        let length = end - start
        if start > 0, let base = document.baseAddress { unsafe memmove(base, base + start, length) }
        guard hasBreaks else { return length }
        unsafe blank(UInt8(ascii: "\n"), in: UnsafeMutableRawBufferPointer(rebasing: document[..<length]))
        unsafe blank(UInt8(ascii: "\r"), in: UnsafeMutableRawBufferPointer(rebasing: document[..<length]))
        return length
    }

    /// Replaces every occurrence of a byte with a blank.
    private static func blank(_ byte: UInt8, in bytes: UnsafeMutableRawBufferPointer) {
        var rest = unsafe bytes
        while let base = rest.baseAddress, let found = unsafe memchr(base, Int32(byte), rest.count) {
            unsafe found.storeBytes(of: UInt8(ascii: " "), as: UInt8.self)
            let next = unsafe found - base + 1
            unsafe rest = UnsafeMutableRawBufferPointer(rebasing: rest[next...])
        }
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
