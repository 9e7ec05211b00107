/// The check of text that others wrote.
package enum UTF8Text {
    /// Whether bytes are UTF-8: shortest forms of code points of Unicode that are no surrogates, and nothing else.
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var position = 0
        while position < bytes.count {
            let left = bytes.count &- position
            let other = unsafe WordOfText(base, bytes.count, at: position).bytes & 0x8080_8080_8080_8080
            position &+= min(other.trailingZeroBitCount &>> 3, left)
            guard other != 0 else { continue }
            let sequence = unsafe UTF8Sequence(bytes, at: position)
            guard sequence.isValid else { return false }
            position &+= sequence.length
        }
        return true
    }
}
