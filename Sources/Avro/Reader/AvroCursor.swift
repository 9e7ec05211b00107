/// A place in a datum, from which the parts of values are read; none is read behind the end.
@safe
struct AvroCursor {
    private let base: UnsafeRawPointer
    private let end: Int
    /// How many bytes lie before the place.
    private(set) var position: Int

    /// Creates a cursor in bytes that outlive it.
    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        // Without bytes nothing is read from this address; it is only no null.
        unsafe base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
        self.position = position
        end = bytes.count
    }

    /// How many bytes are left.
    var left: Int { end &- position }

    /// Reads a whole number: seven bits a byte, the lowest first, with the sign in the lowest bit.
    @inline(__always)
    mutating func long() throws(AvroFault.Reason) -> Int64 {
        guard position < end else { throw .truncated }
        let first = unsafe base.load(fromByteOffset: position, as: UInt8.self)
        position &+= 1
        let bits = first < 0x80 ? UInt64(first) : try rest(of: first)
        return Int64(bitPattern: bits &>> 1) ^ -Int64(bitPattern: bits & 1)
    }

    /// Reads the bytes of a whole number behind its first.
    private mutating func rest(of first: UInt8) throws(AvroFault.Reason) -> UInt64 {
        guard left >= 8 else { return try restByByte(of: first) }
        // Nearly every number ends within the next eight bytes, with one whose top bit is not set.
        let word = UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let ends = ~word & 0x8080_8080_8080_8080
        guard ends != 0 else { return try restByByte(of: first) }
        position &+= ends.trailingZeroBitCount &>> 3 &+ 1
        // The bits up to the end, without the top bits: 7 of 8 count, then 14 of 16, 28 of 32 and 56.
        var bits = word & (ends ^ (ends &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
        bits = bits & 0x007F_007F_007F_007F | (bits & 0x7F00_7F00_7F00_7F00) &>> 1
        bits = bits & 0x0000_3FFF_0000_3FFF | (bits & 0x3FFF_0000_3FFF_0000) &>> 2
        bits = bits & 0x0000_0000_0FFF_FFFF | (bits & 0x0FFF_FFFF_0000_0000) &>> 4
        return bits &<< 7 | UInt64(first & 0x7F)
    }

    private mutating func restByByte(of first: UInt8) throws(AvroFault.Reason) -> UInt64 {
        var bits = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while true {
            guard position < end else { throw .truncated }
            let byte = unsafe base.load(fromByteOffset: position, as: UInt8.self)
            // The tenth byte holds the last of 64 bits.
            guard shift < 63 || byte <= 1 else { throw .longNumber }
            position &+= 1
            bits |= UInt64(byte & 0x7F) &<< shift
            guard byte >= 0x80 else { return bits }
            shift &+= 7
        }
    }

    /// Reads the number of an int.
    @inline(__always)
    mutating func int() throws(AvroFault.Reason) -> Int64 {
        let value = try long()
        guard value == Int64(Int32(truncatingIfNeeded: value)) else { throw .largeInt }
        return value
    }

    /// Reads a number below `count`, of a symbol or a branch.
    @inline(__always)
    mutating func number(below count: UInt32, else reason: AvroFault.Reason) throws(AvroFault.Reason) -> Int {
        let value = try long()
        guard UInt64(bitPattern: value) < UInt64(count) else { throw reason }
        return Int(value)
    }

    /// Reads a Boolean.
    @inline(__always)
    mutating func boolean() throws(AvroFault.Reason) -> Bool {
        guard position < end else { throw .truncated }
        let byte = unsafe base.load(fromByteOffset: position, as: UInt8.self)
        guard byte <= 1 else { throw .boolean }
        position &+= 1
        return byte == 1
    }

    /// Reads the 4 or 8 bytes of a number.
    @inline(__always)
    mutating func bits<Bits: FixedWidthInteger & BitwiseCopyable>(_: Bits.Type) throws(AvroFault.Reason) -> Bits {
        guard left >= MemoryLayout<Bits>.size else { throw .truncated }
        let value = unsafe base.loadUnaligned(fromByteOffset: position, as: Bits.self)
        position &+= MemoryLayout<Bits>.size
        return Bits(littleEndian: value)
    }

    /// Reads a length and as many bytes.
    @inline(__always)
    mutating func bytes() throws(AvroFault.Reason) -> UnsafeRawBufferPointer {
        let length = try long()
        guard length >= 0 else { throw .negativeLength }
        guard length <= Int64(left) else { throw .length }
        return unsafe taken(Int(length))
    }

    /// Reads so many bytes.
    @inline(__always)
    mutating func fixed(_ length: UInt32) throws(AvroFault.Reason) -> UnsafeRawBufferPointer {
        guard Int(length) <= left else { throw .truncated }
        return unsafe taken(Int(length))
    }

    @inline(__always)
    private mutating func taken(_ length: Int) -> UnsafeRawBufferPointer {
        defer { position &+= length }
        return unsafe UnsafeRawBufferPointer(start: base + position, count: length)
    }

    /// Reads the head of a block of items.
    /// - Returns: How many items it has, none at the end; and where it ends, when it says so, else -1.
    @inline(__always)
    mutating func block() throws(AvroFault.Reason) -> (count: Int, end: Int) {
        let count = try long()
        return count >= 0 ? (Int(count), -1) : try sizedBlock(count)
    }

    private mutating func sizedBlock(_ count: Int64) throws(AvroFault.Reason) -> (count: Int, end: Int) {
        guard count > .min else { throw .itemCount }
        let size = try long()
        guard size >= 0 else { throw .negativeLength }
        guard size <= Int64(left) else { throw .length }
        return (Int(-count), position &+ Int(size))
    }
}
