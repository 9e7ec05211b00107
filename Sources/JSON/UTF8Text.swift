/// The check of text that others wrote.
package enum UTF8Text {
    /// Whether bytes are UTF-8: shortest forms of code points of Unicode that are no surrogates, and nothing else.
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var position = 0
        while position < bytes.count {
            while bytes.count &- position >= 8 {
                let word = unsafe base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                guard word & 0x8080_8080_8080_8080 == 0 else { break }
                position &+= 8
            }
            guard position < bytes.count else { break }
            if unsafe base.load(fromByteOffset: position, as: UInt8.self) < 0x80 {
                position &+= 1
            } else {
                let sequence = unsafe UTF8Sequence(bytes, at: position)
                guard sequence.isValid else { return false }
                position &+= sequence.length
            }
        }
        return true
    }
}
