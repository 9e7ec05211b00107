internal import CSimdJSON

/// The text that stands in a JSON string as it is: ASCII without quotes, backslashes and control characters.
enum PlainText {
    /// How many bytes behind a copy may be overwritten.
    static let slack = 8

    /// Whether a byte is plain.
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Copies a text up to its first byte that is not plain.
    ///
    /// Sixteen bytes at a time are copied and looked at together. What is left of a text in the end is taken together
    /// with bytes before it, which are known to be plain.
    /// - Parameters:
    ///   - text: The first byte.
    ///   - length: How many there are; none behind them is read.
    ///   - place: Has room for all of them and for ``slack`` bytes more.
    /// - Returns: How many are plain.
    @inline(__always)
    static func copy(_ text: UnsafeRawPointer, _ length: Int, to place: UnsafeMutableRawPointer) -> Int {
        if length >= 16 {
            var position = 0
            repeat {
                let plain = unsafe copyTwice(text, to: place, at: position, position &+ 8)
                guard plain == 16 else { return position &+ plain }
                position &+= 16
            } while position &+ 16 <= length
            guard position < length else { return length }
            return unsafe length &- 16 &+ copyTwice(text, to: place, at: length &- 16, length &- 8)
        }
        if length >= 8 {
            let plain = unsafe copyTwice(text, to: place, at: 0, length &- 8)
            return plain < 8 ? plain : length &- 16 &+ plain
        }
        guard length > 0 else { return 0 }
        let word = unsafe WordOfText(text, length, at: 0).bytes.littleEndian
        unsafe place.storeBytes(of: word, as: UInt64.self)
        return min(plainBytes(word, word), length)
    }

    /// Copies eight bytes at either place.
    /// - Returns: How many of the sixteen are before the first that is not plain.
    @inline(__always)
    private static func copyTwice(
        _ text: UnsafeRawPointer,
        to place: UnsafeMutableRawPointer,
        at first: Int,
        _ second: Int
    ) -> Int {
        let words = unsafe (
            text.loadUnaligned(fromByteOffset: first, as: UInt64.self),
            text.loadUnaligned(fromByteOffset: second, as: UInt64.self)
        )
        unsafe place.storeBytes(of: words.0, toByteOffset: first, as: UInt64.self)
        unsafe place.storeBytes(of: words.1, toByteOffset: second, as: UInt64.self)
        return plainBytes(words.0, words.1)
    }

    @inline(__always)
    private static func plainBytes(_ first: UInt64, _ second: UInt64) -> Int {
        min(csimdjson_special_bytes(first, second).trailingZeroBitCount, 16)
    }
}
