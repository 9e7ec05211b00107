/// Bytes of a Protobuf message, put together by hand (protobuf.dev/programming-guides/encoding).
struct Wire {
    private(set) var bytes: [UInt8] = []

    /// Appends a field of wire type 0.
    func varint(_ field: Int, _ value: UInt64) -> Wire { tag(field, 0).raw(Self.varint(value)) }

    /// Appends a signed field of wire type 0, in two's complement of 64 bits.
    func signed(_ field: Int, _ value: Int64) -> Wire { varint(field, UInt64(bitPattern: value)) }

    /// Appends a field of wire type 1.
    func fixed64(_ field: Int, _ value: UInt64) -> Wire { tag(field, 1).raw(Self.littleEndian(value)) }

    /// Appends a field of wire type 5.
    func fixed32(_ field: Int, _ value: UInt32) -> Wire { tag(field, 5).raw(Self.littleEndian(value)) }

    /// Appends a field of wire type 2.
    func bytes(_ field: Int, _ value: [UInt8]) -> Wire {
        tag(field, 2).raw(Self.varint(UInt64(value.count))).raw(value)
    }

    func text(_ field: Int, _ value: String) -> Wire { bytes(field, Array(value.utf8)) }

    func message(_ field: Int, _ value: Wire) -> Wire { bytes(field, value.bytes) }

    /// Appends a group: wire types 3 and 4.
    func group(_ field: Int, _ value: Wire) -> Wire { tag(field, 3).raw(value.bytes).tag(field, 4) }

    func tag(_ field: Int, _ type: Int) -> Wire { raw(Self.varint(UInt64(field << 3 | type))) }

    func raw(_ more: [UInt8]) -> Wire {
        var wire = self
        wire.bytes += more
        return wire
    }

    static func varint(_ value: UInt64) -> [UInt8] {
        var (value, bytes) = (value, [UInt8]())
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
