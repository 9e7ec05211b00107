/// Reads datums as values: for those who look at a few records, not for the way of millions.
struct AvroDecoder {
    /// How deeply values may be nested, which bounds the thread's stack.
    private static let maximumDepth = 256

    private let types: [AvroType]
    private var cursor: AvroCursor
    /// How many more values of a datum may take no bytes, of which there could be any number.
    private var empty = 0

    /// Creates a decoder of datums that lie one after the other.
    init(_ schema: AvroSchema, _ bytes: UnsafeRawBufferPointer) {
        types = schema.types
        unsafe cursor = AvroCursor(bytes)
    }

    /// How many bytes lie before the next datum.
    var position: Int { cursor.position }

    /// Reads the next datum.
    mutating func datum(of schema: AvroSchema) throws(AvroFault.Reason) -> AvroValue {
        empty = 65536
        return try value(of: schema.root, depth: 0)
    }

    private mutating func value(of index: Int, depth: Int) throws(AvroFault.Reason) -> AvroValue {
        guard depth < Self.maximumDepth else { throw .depth }
        let type = types[index]
        let start = cursor.position
        let value = try plain(type.shape, depth)
        if cursor.position == start {
            guard empty > 0 else { throw .emptyItems }
            empty -= 1
        }
        return type.logicalType.map { .logical($0, value) } ?? value
    }

    private mutating func plain(_ shape: AvroType.Shape, _ depth: Int) throws(AvroFault.Reason) -> AvroValue {
        switch shape {
        case .null: return .null
        case .boolean: return .boolean(try cursor.boolean())
        case .int: return .int(Int32(truncatingIfNeeded: try cursor.int()))
        case .long: return .long(try cursor.long())
        case .float: return .float(Float(bitPattern: try cursor.bits(UInt32.self)))
        case .double: return .double(Double(bitPattern: try cursor.bits(UInt64.self)))
        case .bytes: return .bytes(try unsafe Array(cursor.bytes()))
        case .string: return .string(try text())
        case .fixed(let size): return .fixed(try unsafe Array(cursor.fixed(UInt32(size))))
        case .enumeration(let symbols):
            return .enumeration(symbols[try cursor.number(below: UInt32(symbols.count), else: .symbol)])
        case .union(let branches):
            let number = try cursor.number(below: UInt32(branches.count), else: .branch)
            return try value(of: branches[number], depth: depth + 1)
        case .record(let fields):
            var members: [AvroMember] = []
            for field in fields {
                members.append(AvroMember(name: field.name, value: try value(of: field.type, depth: depth + 1)))
            }
            return .record(members)
        case .array(let items):
            var values: [AvroValue] = []
            var block = Block()
            while try next(in: &block) { values.append(try value(of: items, depth: depth + 1)) }
            return .array(values)
        case .map(let type):
            var members: [AvroMember] = []
            var block = Block()
            while try next(in: &block) {
                members.append(AvroMember(name: try text(), value: try value(of: type, depth: depth + 1)))
            }
            return .map(members)
        }
    }

    private mutating func text() throws(AvroFault.Reason) -> String {
        let bytes = try unsafe cursor.bytes()
        guard let text = unsafe String(validating: bytes, as: UTF8.self) else { throw .invalidText }
        return text
    }

    /// A block of items.
    private struct Block {
        var remaining = 0
        /// Where it must end, or -1.
        var end = -1
    }

    /// Whether there is one more item, in this block or the next.
    private mutating func next(in block: inout Block) throws(AvroFault.Reason) -> Bool {
        if block.remaining == 0 {
            guard block.end < 0 || block.end == cursor.position else { throw .blockSize }
            (block.remaining, block.end) = try cursor.block()
            guard block.remaining > 0 else { return false }
        }
        block.remaining -= 1
        return true
    }
}
