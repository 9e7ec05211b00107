/// A value by which schemas with the same content, and only those, are equal: 128 bits of two unrelated hashes.
package struct AvroFingerprint: Sendable, Hashable {
    /// CRC-64-AVRO of the text, which is what the specification calls a schema's fingerprint, there of another text.
    let checksum: UInt64
    /// FNV-1a of the text.
    let hash: UInt64

    init(_ text: String) {
        let empty: UInt64 = 0xC15D_213A_A4D7_A795
        var checksum = empty
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            checksum ^= UInt64(byte)
            for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 0 ? 0 : empty) }
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        self.checksum = checksum
        self.hash = hash
    }

    /// The 16 bytes of both.
    var bytes: [UInt8] {
        [checksum, hash].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }
}
