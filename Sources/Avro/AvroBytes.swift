/// Avro's encoding of what containers and tests write.
package enum AvroBytes {
    /// Returns a whole number in seven bits a byte, the lowest first, with the sign in the lowest bit.
    package static func long(_ value: Int64) -> [UInt8] {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// Returns bytes behind their length.
    package static func bytes(_ bytes: some Collection<UInt8>) -> [UInt8] { long(Int64(bytes.count)) + bytes }
}
