internal import JSON

/// Turns a schema into the instructions that read a datum of it.
///
/// A record that is used at one place only becomes part of the record around it. Any other has its instructions once,
/// to be called, so that recursion is possible and the program is never longer than the schema. All text between two
/// values is one literal, written with the second.
struct AvroCompiler {
    /// A record with instructions of its own.
    private struct Function: Hashable {
        let type: Int
        let isPair: Bool
    }

    /// How many records may be part of each other.
    private static let maximumInlining = 32

    private let types: [AvroType]
    private let takesBytes: [Bool]
    private let uses: [Int]
    private var code: [AvroInstruction] = []
    private var literals: [UInt8] = []
    private var spans: [AvroSpan] = []
    private var paths = [AvroPathStep(kind: .root, parent: 0)]
    private var pending: [UInt8] = []
    private var functions: [Function: Int] = [:]
    private var called: [Function] = []
    private var null = AvroSpan()

    private init(_ schema: AvroSchema) {
        types = schema.types
        takesBytes = Self.findBytes(in: schema.types)
        uses = Self.countUses(in: schema.types, from: schema.root)
        null = add(Array("null".utf8))
    }

    /// Returns the program of a schema.
    static func compile(_ schema: AvroSchema) -> AvroProgram {
        var compiler = AvroCompiler(schema)
        compiler.value(schema.root, 0, 0)
        compiler.emit(.halt)
        var fields: [UInt32] = []
        for field in schema.rootFields ?? [] {
            fields.append(UInt32(compiler.code.count))
            compiler.value(field.type, compiler.path(.field(field.name), in: 0), 0)
            compiler.emit(.halt)
        }
        compiler.compileFunctions()
        return AvroProgram(
            code: compiler.code,
            literals: compiler.literals,
            spans: compiler.spans,
            paths: compiler.paths,
            fields: fields
        )
    }

    private mutating func compileFunctions() {
        var starts: [UInt32] = []
        while starts.count < called.count {
            let function = called[starts.count]
            starts.append(UInt32(code.count))
            if case .record(let fields) = types[function.type].shape { record(fields, 0, 0, function.isPair) }
            emit(.end)
        }
        for index in code.indices where code[index].operation == .call {
            code[index].target = starts[Int(code[index].target)]
        }
    }

    // MARK: Values

    private mutating func value(_ index: Int, _ path: Int, _ depth: Int, isPair: Bool = false) {
        let type = types[index]
        switch type.shape {
        case .null: write("null")
        case .boolean: emit(.boolean, path)
        case .int: emit(.int, path)
        case .long: emit(.long, path)
        case .float: emit(.float, path)
        case .double: emit(.double, path)
        case .string: emit(.string, path)
        case .bytes:
            if case .decimal(let scale)? = type.logicalType {
                emit(.decimal, path, target: UInt32(bitPattern: Int32(clamping: scale)))
            } else {
                emit(.bytes, path)
            }
        case .fixed(let size): fixed(type, UInt32(size), path)
        case .enumeration(let symbols):
            emit(.enumeration, path, target: UInt32(spans.count), size: UInt32(symbols.count))
            for symbol in symbols { spans.append(add(quoted(symbol))) }
        case .array(let items):
            write("[")
            loop(.array, .nextItem, items, self.path(.item, in: path), depth, of: path)
        case .map(let values):
            write("{")
            loop(.map, .nextEntry, values, self.path(.entry, in: path), depth, of: path)
        case .union(let branches): union(branches, path, depth)
        case .record(let fields):
            if uses[index] <= 1, depth < Self.maximumInlining {
                record(fields, path, depth + 1, isPair)
            } else {
                call(Function(type: index, isPair: isPair), path)
            }
        }
    }

    private mutating func fixed(_ type: AvroType, _ size: UInt32, _ path: Int) {
        switch type.logicalType {
        case .decimal(let scale)?:
            emit(.fixedDecimal, path, target: UInt32(bitPattern: Int32(clamping: scale)), size: size)
        case .uuid?: emit(.uuid, path, size: size)
        default: emit(.fixed, path, size: size)
        }
    }

    private mutating func record(_ fields: [AvroType.Field], _ path: Int, _ depth: Int, _ isPair: Bool) {
        write(isPair ? "[" : "{")
        for (number, field) in fields.enumerated() {
            if number > 0 { write(",") }
            if !isPair {
                pending += quoted(field.name)
                write(":")
            }
            value(field.type, self.path(.field(field.name), in: path), depth)
        }
        write(isPair ? "]" : "}")
    }

    private mutating func call(_ function: Function, _ path: Int) {
        let number = functions[function] ?? called.count
        if number == called.count {
            functions[function] = number
            called.append(function)
        }
        emit(.call, path, target: UInt32(number), isEmpty: !takesBytes[function.type])
    }

    private mutating func loop(
        _ begin: AvroInstruction.Operation,
        _ next: AvroInstruction.Operation,
        _ part: Int,
        _ inside: Int,
        _ depth: Int,
        of path: Int
    ) {
        let start = emit(begin, path, isEmpty: begin == .array && !takesBytes[part])
        if begin == .map { emit(.key, inside) }
        value(part, inside, depth, isPair: begin == .array && isPair(part))
        emit(next, path, target: UInt32(start + 1), isEmpty: code[start].isEmpty)
        code[start].target = UInt32(code.count)
    }

    /// Whether an array of this type is what Kafka Connect makes of a map whose keys are not texts.
    private func isPair(_ index: Int) -> Bool {
        guard case .record(let fields) = types[index].shape, fields.map(\.name) == ["key", "value"] else {
            return false
        }
        return types[index].name?.full == "io.confluent.connect.avro.MapEntry"
            || types[index].attributes?["connect.internal.type"]?.stringValue == "MapEntry"
    }

}

// MARK: Unions

extension AvroCompiler {
    private mutating func union(_ branches: [Int], _ path: Int, _ depth: Int) {
        switch (branches.count, branches.firstIndex { types[$0].kind == .null }) {
        case (1, _):
            emit(.single, path)
            value(branches[0], path, depth)
        case (2, let number?):
            let other = branches[1 - number]
            spans.append(AvroDefault(types).json(of: other).map { add($0.serialized()) } ?? null)
            let start = emit(.optional, path, size: UInt32(spans.count - 1) << 1 | UInt32(number))
            value(other, path, depth)
            flush()
            code[start].target = UInt32(code.count)
        default: choice(branches, path, depth)
        }
    }

    /// Makes an object with a member for each branch but null, of which one has the value and the others are null.
    ///
    /// All branches share the text in which all are null, and take what is before and behind their own null.
    private mutating func choice(_ branches: [Int], _ path: Int, _ depth: Int) {
        let keys = keys(of: branches)
        var text = Array("{".utf8)
        var places: [Int] = []
        for key in keys {
            if let key {
                if text.count > 1 { text += Array(",".utf8) }
                text += quoted(key) + Array(":".utf8)
            }
            places.append(text.count)
            if key != nil { text += Array("null".utf8) }
        }
        text += Array("}".utf8)
        let start = spans.count
        emit(.union, path, target: UInt32(start), size: UInt32(branches.count))
        let shared = add(text)
        spans += branches.map { _ in AvroSpan() }
        var jumps: [Int] = []
        for (number, branch) in branches.enumerated() {
            spans[start + number].start = UInt32(code.count)
            if keys[number] == nil {
                jumps.append(emit(.jump, path, literal: null))
                continue
            }
            let place = UInt32(places[number])
            emit(.literal, path, literal: AvroSpan(start: shared.start, count: place))
            value(branch, path, depth)
            flush()
            let rest = AvroSpan(start: shared.start + place + 4, count: shared.count - place - 4)
            jumps.append(emit(.jump, path, literal: rest))
        }
        for jump in jumps { code[jump].target = UInt32(code.count) }
    }

    /// The names of the branches, short ones where they differ; `nil` for null.
    private func keys(of branches: [Int]) -> [String?] {
        let short = branches.map { types[$0].name?.short ?? types[$0].kind.rawValue }
        return branches.enumerated().map { number, branch in
            guard types[branch].kind != .null else { return nil }
            let isUnique = short.count { $0 == short[number] } == 1
            return isUnique ? short[number] : types[branch].name?.full ?? short[number]
        }
    }
}

// MARK: Instructions and literals

extension AvroCompiler {
    /// Adds an instruction, which writes first what is pending, or else its own literal.
    @discardableResult
    private mutating func emit(
        _ operation: AvroInstruction.Operation,
        _ path: Int = 0,
        literal: AvroSpan? = nil,
        target: UInt32 = 0,
        size: UInt32 = 0,
        isEmpty: Bool = false
    ) -> Int {
        let text = literal ?? add(pending)
        if literal == nil { pending = [] }
        code.append(
            AvroInstruction(
                operation: operation,
                isEmpty: isEmpty,
                literal: text,
                target: target,
                size: size,
                path: UInt32(path)
            )
        )
        return code.count - 1
    }

    /// Writes what is pending before two ways meet.
    private mutating func flush() {
        if !pending.isEmpty { emit(.literal) }
    }

    private mutating func write(_ text: String) { pending += Array(text.utf8) }

    private mutating func add(_ text: [UInt8]) -> AvroSpan {
        literals += text
        return AvroSpan(start: UInt32(literals.count - text.count), count: UInt32(text.count))
    }

    private mutating func path(_ kind: AvroPathStep.Kind, in parent: Int) -> Int {
        paths.append(AvroPathStep(kind: kind, parent: parent))
        return paths.count - 1
    }

    private func quoted(_ text: String) -> [UInt8] { JSONValue.string(text).serialized() }
}

// MARK: What is known of the types

extension AvroCompiler {
    /// Returns for each type whether every value takes at least one byte.
    private static func findBytes(in types: [AvroType]) -> [Bool] {
        var found = types.map { type in
            switch type.shape {
            case .null, .record: false
            case .fixed(let size): size > 0
            default: true
            }
        }
        // Parts stand mostly behind what they are part of, so most schemas need one round and one to see that.
        var isChanged = true
        while isChanged {
            isChanged = false
            for index in types.indices.reversed() where !found[index] {
                guard case .record(let fields) = types[index].shape, fields.contains(where: { found[$0.type] }) else {
                    continue
                }
                found[index] = true
                isChanged = true
            }
        }
        return found
    }

    /// Returns how often each type that a datum can hold is used.
    private static func countUses(in types: [AvroType], from root: Int) -> [Int] {
        var uses = types.map { _ in 0 }
        uses[root] = 1
        var waiting = [root]
        while let index = waiting.popLast() {
            for part in types[index].parts {
                uses[part] += 1
                if uses[part] == 1 { waiting.append(part) }
            }
        }
        return uses
    }
}
