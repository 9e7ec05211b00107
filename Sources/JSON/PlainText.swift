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
    /// Sixteen or eight bytes at a time are copied and looked at together. What is left of a text in the end is taken
    /// together with bytes before it, which are known to be plain.
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
                let plain = unsafe copySixteen(text + position, to: place + position)
                guard plain == 16 else { return position &+ plain }
                position &+= 16
            } while position &+ 16 <= length
            let last = length &- 16
            return position == length ? length : unsafe last &+ copySixteen(text + last, to: place + last)
        }
        if length >= 8 {
            let plain = unsafe copyEight(text, to: place)
            guard plain == 8 else { return plain }
            let last = length &- 8
            return unsafe last &+ copyEight(text + last, to: place + last)
        }
        guard length > 0 else { return 0 }
        let word = unsafe WordOfText(text, length, at: 0).bytes
        unsafe place.storeBytes(of: word.littleEndian, as: UInt64.self)
        return min(plainBytes(word), length)
    }

    @inline(__always)
    private static func copySixteen(_ text: UnsafeRawPointer, to place: UnsafeMutableRawPointer) -> Int {
        unsafe place.storeBytes(of: text.loadUnaligned(as: SIMD2<UInt64>.self), as: SIMD2<UInt64>.self)
        let special = unsafe csimdjson_special_bytes(text.assumingMemoryBound(to: UInt8.self))
        return min(special.trailingZeroBitCount, 16)
    }

    @inline(__always)
    private static func copyEight(_ text: UnsafeRawPointer, to place: UnsafeMutableRawPointer) -> Int {
        let word = unsafe text.loadUnaligned(as: UInt64.self)
        unsafe place.storeBytes(of: word, as: UInt64.self)
        return plainBytes(UInt64(littleEndian: word))
    }

    /// How many of eight bytes are before the first that is not plain; the first is the lowest.
    @inline(__always)
    private static func plainBytes(_ word: UInt64) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = (word &- ones &* 0x20) & ~word
        // The lowest of these top bits is exact; those above may be set by a borrow.
        let special = word | controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        return (special & tops).trailingZeroBitCount &>> 3
    }
}
