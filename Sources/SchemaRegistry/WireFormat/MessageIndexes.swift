/// Which message of a Protobuf schema was written: the path from the file's messages down through nested ones.
///
/// On the wire it is a count and that many indexes, all as zig-zag varints of at most five bytes; the count 0 is short
/// for the one index 0.
package struct MessageIndexes: Sendable, Hashable {
    /// The deepest message that is read; Protobuf compilers nest no deeper than 32 either.
    package static let maximumCount = 32

    /// How many indexes there are, at least one.
    package let count: Int
    private var storage: InlineArray<32, Int32>

    /// The first message of a file.
    package static let first = MessageIndexes()

    private init() {
        count = 1
        storage = InlineArray(repeating: 0)
    }

    /// Creates a path.
    /// - Returns: `nil` when it is empty, longer than ``maximumCount``, or has a negative index.
    package init?(_ indexes: [Int32]) {
        guard (1...Self.maximumCount).contains(indexes.count), indexes.allSatisfy({ $0 >= 0 }) else { return nil }
        count = indexes.count
        storage = InlineArray(repeating: 0)
        for (position, index) in indexes.enumerated() { storage[position] = index }
    }

    /// The index at a position below ``count``.
    package subscript(position: Int) -> Int32 {
        precondition((0..<count).contains(position), "a path has no index beyond its count")
        return storage[position]
    }

    /// The indexes as an array, for what is done once for a schema.
    package var array: [Int] { (0..<count).map { Int(storage[$0]) } }

    package static func == (left: MessageIndexes, right: MessageIndexes) -> Bool {
        guard left.count == right.count else { return false }
        for position in 0..<left.count where left.storage[position] != right.storage[position] { return false }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for position in 0..<count { hasher.combine(storage[position]) }
    }

    /// Reads a path.
    /// - Returns: The path, and the offset of the byte behind it.
    static func read(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        _ place: WireFormat.Place
    ) throws(WireFormatFault) -> (MessageIndexes, end: Int) {
        var offset = start
        let count = try unsafe varint(bytes, &offset, place)
        if count == 0 { return (.first, offset) }
        guard count > 0, count <= Int32(maximumCount) else { throw .badIndexCount(count, place) }
        var path = MessageIndexes(count: Int(count))
        for position in 0..<Int(count) {
            let index = try unsafe varint(bytes, &offset, place)
            guard index >= 0 else { throw .negativeIndex(index, place) }
            path.storage[position] = index
        }
        return (path, offset)
    }

    private init(count: Int) {
        self.count = count
        storage = InlineArray(repeating: 0)
    }

    /// Reads a zig-zag varint of 32 bits (Protocol Buffers, "Encoding").
    private static func varint(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: inout Int,
        _ place: WireFormat.Place
    ) throws(WireFormatFault) -> Int32 {
        var value: UInt32 = 0
        var shift: UInt32 = 0
        while true {
            guard offset < bytes.count else { throw .cutIndexes(count: bytes.count, place) }
            let byte = unsafe bytes[offset]
            offset += 1
            // The fifth byte has room for the topmost four bits only.
            guard shift < 28 || byte <= 0x0F else { throw .longVarint(offset: offset - 1, place) }
            value |= UInt32(byte & 0x7F) << shift
            if byte & 0x80 == 0 { break }
            shift += 7
        }
        return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
    }
}
