/// Which message of a Protobuf schema was written: the path from the file's messages down through nested ones.
///
/// On the wire it is a count and that many indexes, all as zig-zag varints of at most five bytes; the count 0 is short
/// for the one index 0.
package struct MessageIndexes: Sendable, Hashable {
    /// One path has one form, so that paths are equal when their forms are.
    private enum Form: Sendable, Hashable {
        /// At most seven indexes below 256, a byte for each from the lowest on, and their count in the highest byte.
        case short(UInt64)
        /// Any other path.
        case long([Int32])
    }

    /// The deepest message that is read; Protobuf compilers nest no deeper than 32 either.
    package static let maximumCount = 32

    /// The first message of a file.
    package static let first = MessageIndexes(form: .short(1 << 56))

    private let form: Form

    /// Creates a path.
    /// - Returns: `nil` when it is empty, longer than ``maximumCount``, or has a negative index.
    package init?(_ indexes: [Int32]) {
        guard (1...Self.maximumCount).contains(indexes.count), indexes.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init(valid: indexes)
    }

    private init(form: Form) { self.form = form }

    private init(valid indexes: [Int32]) {
        guard indexes.count <= 7, indexes.allSatisfy({ $0 < 256 }) else {
            form = .long(indexes)
            return
        }
        var packed = UInt64(indexes.count) << 56
        for (position, index) in indexes.enumerated() { packed |= UInt64(index) << (8 * UInt64(position)) }
        form = .short(packed)
    }

    /// How many indexes there are, at least one.
    package var count: Int {
        switch form {
        case .short(let packed): Int(packed >> 56)
        case .long(let indexes): indexes.count
        }
    }

    /// The indexes, the outermost message's first.
    package var array: [Int] {
        switch form {
        case .short(let packed): (0..<Int(packed >> 56)).map { Int(packed >> (8 * UInt64($0)) & 0xFF) }
        case .long(let indexes): indexes.map(Int.init)
        }
    }

    /// Reads a path.
    /// - Returns: The path, and the offset of the byte behind it.
    static func read(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        _ place: WireFormat.Place
    ) throws(WireFormatFault) -> (MessageIndexes, end: Int) {
        if let short = unsafe readShort(bytes, from: start) { return short }
        var offset = start
        let count = try unsafe varint(bytes, &offset, place)
        if count == 0 { return (.first, offset) }
        guard count > 0, count <= Int32(maximumCount) else { throw .badIndexCount(count, place) }
        var indexes: [Int32] = []
        for _ in 0..<count {
            let index = try unsafe varint(bytes, &offset, place)
            guard index >= 0 else { throw .negativeIndex(index, place) }
            indexes.append(index)
        }
        return (MessageIndexes(valid: indexes), offset)
    }

    /// Reads what nearly all messages have: at most seven indexes of a byte each.
    /// - Returns: `nil` when there is something else, which may be right or wrong.
    private static func readShort(_ bytes: UnsafeRawBufferPointer, from start: Int) -> (MessageIndexes, end: Int)? {
        guard start < bytes.count else { return nil }
        let first = unsafe bytes[start]
        if first == 0 { return (MessageIndexes(form: .short(1 << 56)), start + 1) }
        // An even byte below 128 is a varint of its own, and not negative.
        guard first & 0x81 == 0, first <= 14, start + Int(first / 2) < bytes.count else { return nil }
        var packed = UInt64(first / 2) << 56
        for position in 0..<Int(first / 2) {
            let byte = unsafe bytes[start + 1 + position]
            guard byte & 0x81 == 0 else { return nil }
            packed |= UInt64(byte / 2) << (8 * UInt64(position))
        }
        return (MessageIndexes(form: .short(packed)), start + 1 + Int(first / 2))
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
