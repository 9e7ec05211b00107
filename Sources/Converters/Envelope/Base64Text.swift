internal import JSON

/// Base64 in a JSON string, as Jackson reads it: the standard alphabet, padded; white space within it is passed over.
enum Base64Text {
    /// Whether a JSON string, with its quotes, is Base64 as it would be written: no escapes, no white space, no bits
    /// that stand for nothing.
    static func isCanonical(_ string: UnsafeRawBufferPointer) -> Bool {
        let end = string.count - 1
        guard end >= 1, (end - 1) % 4 == 0 else { return false }
        var last = end
        while last > 1, end - last < 2, unsafe string[last - 1] == UInt8(ascii: "=") { last -= 1 }
        var bits: UInt8 = 0
        for index in 1..<max(last, 1) {
            bits = unsafe value(string[index])
            guard bits < 64 else { return false }
        }
        switch end - last {
        case 1: return bits & 0x03 == 0
        case 2: return bits & 0x0F == 0
        default: return true
        }
    }

    /// Calls `body` with the bytes that a JSON string, with its quotes, stands for.
    /// - Returns: What `body` returns, or `nil` when the string is not Base64.
    static func decode<Result>(
        _ string: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        unsafe withUnsafeTemporaryAllocation(byteCount: string.count, alignment: 1) { memory in
            unsafe memory.copyMemory(from: string)
            let length = unsafe JSONText.decode(memory)
            guard let count = unsafe decode(memory, length) else { return nil }
            return unsafe body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
        }
    }

    /// Decodes the first `length` bytes in place and returns the length of what they stand for.
    private static func decode(_ memory: UnsafeMutableRawBufferPointer, _ length: Int) -> Int? {
        var (group, digits, padding, written) = (UInt32(0), 0, 0, 0)
        for index in 0..<length {
            let byte = unsafe memory[index]
            if byte <= 0x20 { continue }
            if byte == UInt8(ascii: "=") {
                padding += 1
                guard digits >= 2, digits + padding <= 4 else { return nil }
                continue
            }
            let bits = value(byte)
            guard bits < 64, padding == 0 else { return nil }
            group = group << 6 | UInt32(bits)
            digits += 1
            if digits == 4 {
                // Four characters were read before three bytes are written, so none is overwritten too early.
                for shift: UInt32 in [16, 8, 0] {
                    unsafe memory[written] = UInt8(truncatingIfNeeded: group >> shift)
                    written += 1
                }
                (group, digits) = (0, 0)
            }
        }
        switch (digits, padding) {
        case (0, 0): return written
        case (2, 2):
            unsafe memory[written] = UInt8(truncatingIfNeeded: group >> 4)
            return written + 1
        case (3, 1):
            unsafe memory[written] = UInt8(truncatingIfNeeded: group >> 10)
            unsafe memory[written + 1] = UInt8(truncatingIfNeeded: group >> 2)
            return written + 2
        default: return nil
        }
    }

    /// The six bits of a character, or 0xFF.
    @inline(__always)
    private static func value(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &+ 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 0xFF
        }
    }
}
