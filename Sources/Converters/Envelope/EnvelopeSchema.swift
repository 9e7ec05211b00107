internal import Glibc

/// A schema of Kafka Connect's, compiled: nodes lie in one array, and so do the fields of all structs.
///
/// Made by ``EnvelopeSchemaCompiler``; one lane uses it, so it is not `Sendable`.
@safe
final class EnvelopeSchema {
    /// What a value must be.
    enum Kind: Sendable {
        case boolean, int8, int16, int32, int64, float, double, string, bytes, array
        /// A map whose keys are strings, an object.
        case map
        /// A map whose keys are something else, an array of pairs.
        case pairs
        case structure
        /// Whole numbers with a meaning: days since 1970, milliseconds of a day, milliseconds since 1970.
        case date, time, timestamp
        /// A number, or Base64 of its unscaled value.
        case decimal
    }

    /// The schema of a value.
    struct Node {
        let kind: Kind
        let isOptional: Bool
        /// The first of the fields of a struct; the node of an array's items or of a map's keys.
        var first = 0
        /// How many fields a struct has; the node of a map's values.
        var second = 0
        /// The digits after a decimal's point.
        var scale: Int?
        /// Where the places for the names of a struct's fields begin, and how many there are, a power of two.
        var slots = 0..<0
        /// Which of the defaults it has.
        var preset: Int?
    }

    /// A field of a struct.
    struct Field {
        /// Where its name is in ``texts``.
        let name: Range<Int>
        /// Where its name is in ``texts`` as JSON, with a colon behind it.
        let key: Range<Int>
        let node: Int
    }

    /// In memory of their own, as the fields are, so that to look at one counts no reference and checks no access.
    private let nodes: UnsafeMutableBufferPointer<Node>
    private let fields: UnsafeMutableBufferPointer<Field>
    /// The JSON of each default, as it is written.
    private(set) var presets: [[UInt8]] = []
    /// Whether a payload had its fields in another order than the schema, or one twice.
    var comesInAnyOrder = false
    /// The index of a field in its struct, or -1, at the place that its name's hash says, or a later one.
    private let slots: [Int]
    private let texts: UnsafeRawBufferPointer

    /// Creates a schema; its root is the last node.
    init(nodes: [Node], fields: [Field], texts: [UInt8], slots: [Int]) {
        unsafe self.nodes = .allocate(capacity: nodes.count)
        _ = unsafe self.nodes.initialize(from: nodes)
        unsafe self.fields = .allocate(capacity: fields.count)
        _ = unsafe self.fields.initialize(from: fields)
        self.slots = slots
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: texts.count, alignment: 1)
        unsafe copy.copyBytes(from: texts)
        unsafe self.texts = UnsafeRawBufferPointer(copy)
    }

    deinit {
        unsafe nodes.deallocate()
        unsafe fields.deallocate()
        unsafe texts.deallocate()
    }

    /// The node of the whole payload.
    var root: Int { unsafe nodes.count - 1 }

    /// A node.
    @inline(__always)
    func node(_ index: Int) -> Node {
        precondition(unsafe nodes.indices.contains(index), "nodes are named by nodes and fields only")
        return unsafe nodes[index]
    }

    /// A field.
    @inline(__always)
    func field(_ index: Int) -> Field {
        precondition(unsafe fields.indices.contains(index), "fields are named by nodes only")
        return unsafe fields[index]
    }

    /// Gives a node its default.
    func setPreset(_ json: [UInt8], of node: Int) {
        precondition(unsafe nodes.indices.contains(node), "nodes are named by nodes and fields only")
        unsafe nodes[node].preset = presets.count
        presets.append(json)
    }

    /// Bytes of the names and keys.
    @inline(__always)
    func text(_ range: Range<Int>) -> UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: texts[range]) }

    /// The name of a field, for messages.
    func name(_ field: Int) -> String { unsafe String(decoding: text(self.field(field).name), as: UTF8.self) }

    /// Returns the index in its struct of the field with this name, or `nil`; looks at the expected one first.
    @inline(__always)
    func field(named name: UnsafeRawBufferPointer, of node: Node, expecting next: Int) -> Int? {
        if next < node.second, unsafe isName(name, of: field(node.first &+ next)) { return next }
        return unsafe find(name, of: node)
    }

    private func find(_ name: UnsafeRawBufferPointer, of node: Node) -> Int? {
        guard !node.slots.isEmpty else { return nil }
        let mask = node.slots.count - 1
        var place = unsafe Self.hash(name) & mask
        // At least half of the places are free, so this ends.
        while true {
            let index = slots[node.slots.lowerBound + place]
            guard index >= 0 else { return nil }
            if unsafe isName(name, of: field(node.first + index)) { return index }
            place = (place + 1) & mask
        }
    }

    @inline(__always)
    private func isName(_ name: UnsafeRawBufferPointer, of field: Field) -> Bool {
        guard name.count == field.name.count else { return false }
        guard let left = name.baseAddress, let right = unsafe texts.baseAddress else { return true }
        return unsafe memcmp(left, right + field.name.lowerBound, name.count) == 0
    }

    /// The hash (FNV-1a) of a field's name.
    static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<name.count { hash = unsafe (hash ^ UInt64(name[index])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash &>> 1)
    }
}
