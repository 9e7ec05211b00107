internal import JSON

/// Writes a payload as its schema says, from the payload's own bytes where nothing must change.
///
/// A struct's fields are written in the schema's order, which is nearly always that of the payload: then each byte is
/// looked at once. A payload in another order, or with a field twice, is refused; a writer with `isInAnyOrder` takes it,
/// and the last of equal fields, as Jackson does, but walks over each struct twice.
@safe
struct PayloadWriter {
    let schema: EnvelopeSchema
    let options: ConverterOptions
    var cursor: JSONCursor
    var output: JSONOutput
    private let isInAnyOrder: Bool
    /// Where the fields of the open structs begin, or -1; only in any order.
    private var places: [Int] = []

    /// Creates a writer that fills `room` with the value at `position` of a document that was checked.
    init(
        _ schema: EnvelopeSchema,
        _ document: UnsafeRawBufferPointer,
        at position: Int,
        to room: UnsafeMutableRawBufferPointer,
        _ options: ConverterOptions,
        isInAnyOrder: Bool
    ) {
        self.schema = schema
        self.options = options
        self.isInAnyOrder = isInAnyOrder
        cursor = unsafe JSONCursor(document, at: position)
        output = unsafe JSONOutput(room)
    }

    /// Writes the whole payload.
    /// - Parameter asRows: Whether the items of an array are rows, of which none may be null.
    /// - Returns: Whether there is anything to write: an array may be empty.
    /// - Throws: ``EnvelopeFault`` when it is not what the schema says.
    mutating func payload(asRows: Bool) throws(EnvelopeFault) -> Bool {
        let root = schema.node(schema.root)
        guard asRows, root.kind == .array else {
            try value(schema.root)
            return true
        }
        guard cursor.passes(UInt8(ascii: "[")) else { throw mismatch(root) }
        guard !cursor.passes(UInt8(ascii: "]")) else { return false }
        let hasPreset = schema.node(root.first).preset != nil && options.replacesNullWithDefault
        var index = 0
        output.byte(UInt8(ascii: "["))
        repeat {
            if index > 0 { output.byte(UInt8(ascii: ",")) }
            guard cursor.peek() != UInt8(ascii: "n") || hasPreset else {
                throw EnvelopeFault("is null, but must be a row").within("[\(index)]")
            }
            do throws(EnvelopeFault) { try value(root.first) } catch { throw error.within("[\(index)]") }
            index += 1
        } while continues()
        output.byte(UInt8(ascii: "]"))
        return true
    }

    /// Writes the next value.
    /// - Throws: ``EnvelopeFault`` when it is not what the schema says.
    mutating func value(_ index: Int) throws(EnvelopeFault) {
        let node = schema.node(index)
        let first = cursor.peek()
        if first == UInt8(ascii: "n") {
            _ = unsafe cursor.scalar()
            return try null(node)
        }
        switch node.kind {
        case .string:
            guard first == UInt8(ascii: "\"") else { throw mismatch(node) }
            unsafe output.bytes(cursor.string().text)
        case .int8: try integer(node, in: -0x80...0x7F)
        case .int16: try integer(node, in: -0x8000...0x7FFF)
        case .int32: try integer(node, in: -0x8000_0000...0x7FFF_FFFF)
        case .int64: try integer(node, in: .min ... .max)
        case .date: try integer(node, in: -0x8000_0000...0x7FFF_FFFF, isExact: true)
        case .time: try integer(node, in: 0...86_400_000, isExact: true)
        case .timestamp: try integer(node, in: .min ... .max, isExact: true)
        case .float: try float(node)
        case .double: try double(node)
        case .boolean:
            guard first == UInt8(ascii: "t") || first == UInt8(ascii: "f") else { throw mismatch(node) }
            unsafe output.bytes(cursor.scalar())
        case .bytes: try bytes(node)
        case .decimal: try decimal(node)
        case .structure: try structure(node)
        case .array: try array(node)
        case .map: try map(node)
        case .pairs: try pairs(node)
        }
    }

    /// Says that the next value is of another kind than the schema's.
    func mismatch(_ node: EnvelopeSchema.Node) -> EnvelopeFault {
        var cursor = cursor
        let found =
            switch cursor.peek() {
            case UInt8(ascii: "\""): "a string"
            case UInt8(ascii: "{"): "an object"
            case UInt8(ascii: "["): "an array"
            case UInt8(ascii: "t"), UInt8(ascii: "f"): "a Boolean"
            default: "a number"
            }
        return EnvelopeFault("is \(found), but its type, \(node.kind.name), needs \(node.kind.form)")
    }

    private mutating func null(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        if let preset = node.preset, options.replacesNullWithDefault {
            unsafe schema.presets[preset].withUnsafeBytes { unsafe output.bytes($0) }
        } else if node.isOptional {
            output.text("null")
        } else {
            throw EnvelopeFault(
                node.preset == nil
                    ? "is null or absent, but is required and has no default"
                    : "is null or absent and required, and replace.null.with.default=false keeps its default from it"
            )
        }
    }

    /// Passes the comma before another element or member, or the bracket at the end.
    private mutating func continues() -> Bool {
        _ = cursor.peek()
        let isComma = cursor.passes(UInt8(ascii: ","))
        if !isComma { cursor.position += 1 }
        return isComma
    }

    private mutating func array(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        guard cursor.passes(UInt8(ascii: "[")) else { throw mismatch(node) }
        output.byte(UInt8(ascii: "["))
        if !cursor.passes(UInt8(ascii: "]")) {
            var index = 0
            repeat {
                if index > 0 { output.byte(UInt8(ascii: ",")) }
                do throws(EnvelopeFault) { try value(node.first) } catch { throw error.within("[\(index)]") }
                index += 1
            } while continues()
        }
        output.byte(UInt8(ascii: "]"))
    }

    private mutating func map(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        guard cursor.passes(UInt8(ascii: "{")) else { throw mismatch(node) }
        output.byte(UInt8(ascii: "{"))
        if !cursor.passes(UInt8(ascii: "}")) {
            var isFirst = true
            repeat {
                if !isFirst { output.byte(UInt8(ascii: ",")) }
                isFirst = false
                _ = cursor.peek()
                unsafe output.bytes(cursor.string().text)
                output.byte(UInt8(ascii: ":"))
                _ = cursor.passes(UInt8(ascii: ":"))
                do throws(EnvelopeFault) { try value(node.second) } catch { throw error.within("{}") }
            } while continues()
        }
        output.byte(UInt8(ascii: "}"))
    }

    private mutating func pairs(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        guard cursor.passes(UInt8(ascii: "[")) else { throw mismatch(node) }
        output.byte(UInt8(ascii: "["))
        if !cursor.passes(UInt8(ascii: "]")) {
            var index = 0
            repeat {
                if index > 0 { output.byte(UInt8(ascii: ",")) }
                do throws(EnvelopeFault) { try pair(node) } catch { throw error.within("[\(index)]") }
                index += 1
            } while continues()
        }
        output.byte(UInt8(ascii: "]"))
    }

    private mutating func pair(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        let fault = EnvelopeFault("is not an array of a key and a value, which an entry of a map must be")
        guard cursor.passes(UInt8(ascii: "[")), !cursor.passes(UInt8(ascii: "]")) else { throw fault }
        output.byte(UInt8(ascii: "["))
        do throws(EnvelopeFault) { try value(node.first) } catch { throw error.within("{key}") }
        guard cursor.passes(UInt8(ascii: ",")) else { throw fault }
        output.byte(UInt8(ascii: ","))
        do throws(EnvelopeFault) { try value(node.second) } catch { throw error.within("{}") }
        guard cursor.passes(UInt8(ascii: "]")) else { throw fault }
        output.byte(UInt8(ascii: "]"))
    }

    private mutating func structure(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        guard cursor.passes(UInt8(ascii: "{")) else { throw mismatch(node) }
        output.byte(UInt8(ascii: "{"))
        if isInAnyOrder { try membersInAnyOrder(node) } else { try members(node) }
        output.byte(UInt8(ascii: "}"))
    }

    private mutating func members(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        var next = 0
        if !cursor.passes(UInt8(ascii: "}")) {
            repeat {
                guard let index = memberIndex(of: node, expecting: next) else {
                    _ = unsafe cursor.value()
                    continue
                }
                guard index >= next else { throw EnvelopeFault("has fields in another order than its schema") }
                while next < index {
                    try absent(next, of: node)
                    next += 1
                }
                try member(index, of: node)
                next += 1
            } while continues()
        }
        while next < node.second {
            try absent(next, of: node)
            next += 1
        }
    }

    private mutating func membersInAnyOrder(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        let base = places.count
        places.append(contentsOf: repeatElement(-1, count: node.second))
        if !cursor.passes(UInt8(ascii: "}")) {
            repeat {
                if let index = memberIndex(of: node, expecting: 0) { places[base + index] = cursor.position }
                _ = unsafe cursor.value()
            } while continues()
        }
        let end = cursor.position
        for index in 0..<node.second {
            cursor.position = places[base + index]
            if cursor.position < 0 { try absent(index, of: node) } else { try member(index, of: node) }
        }
        places.removeLast(node.second)
        cursor.position = end
    }

    /// Passes the name of a member and the colon, and returns which field of the struct it is, if any.
    @inline(__always)
    private mutating func memberIndex(of node: EnvelopeSchema.Node, expecting next: Int) -> Int? {
        _ = cursor.peek()
        let (text, hasEscapes) = unsafe cursor.string()
        _ = cursor.passes(UInt8(ascii: ":"))
        guard !hasEscapes else { return unsafe escapedIndex(text, of: node) }
        let name = unsafe UnsafeRawBufferPointer(rebasing: text[1..<max(1, text.count &- 1)])
        return unsafe schema.field(named: name, of: node, expecting: next)
    }

    private func escapedIndex(_ text: UnsafeRawBufferPointer, of node: EnvelopeSchema.Node) -> Int? {
        unsafe withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { memory in
            unsafe memory.copyMemory(from: text)
            let count = unsafe JSONText.decode(memory)
            let name = unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
            return unsafe schema.field(named: name, of: node, expecting: 0)
        }
    }

    @inline(__always)
    private mutating func member(_ index: Int, of node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        let field = begin(index, of: node)
        do throws(EnvelopeFault) { try value(schema.field(field).node) } catch {
            throw error.within(schema.name(field))
        }
    }

    private mutating func absent(_ index: Int, of node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        let field = begin(index, of: node)
        do throws(EnvelopeFault) { try null(schema.node(schema.field(field).node)) } catch {
            throw error.within(schema.name(field))
        }
    }

    /// Writes the comma before a field, if there must be one, and its key; returns which field it is.
    @inline(__always)
    private mutating func begin(_ index: Int, of node: EnvelopeSchema.Node) -> Int {
        if index > 0 { output.byte(UInt8(ascii: ",")) }
        let field = node.first &+ index
        unsafe output.bytes(schema.text(schema.field(field).key))
        return field
    }
}
