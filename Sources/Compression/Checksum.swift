internal import CIsal

/// CRC-32C, the checksum of iSCSI (RFC 3720, 12.1), which finds every error of a few flipped bits.
package enum Checksum {
    /// Returns the checksum of `bytes` appended to the bytes whose checksum is `before`.
    package static func crc32c(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress else { return before }
        let pointer = unsafe UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        // The library leaves the inversion at the beginning and at the end to its caller.
        var state = ~before
        var done = 0
        // The library takes the length as a C int.
        while done < bytes.count {
            let count = min(bytes.count - done, 1 << 30)
            state = unsafe crc32_iscsi(pointer + done, Int32(count), state)
            done += count
        }
        return ~state
    }
}
