/// Reads a datum by the instructions of its schema and hands its values to a sink.
///
/// One loop without recursion: what an array, a map or a called record must come back to is a frame of a stack of its
/// own, which lies on the thread's stack until values are nested deeper than is usual. Every datum ends: an instruction
/// takes bytes, or goes on to a later one, or enters something that may take none, of which a datum has at most
/// ``emptyItems``.
enum AvroWalker<Sink: AvroSink> {
    /// What is open around the current value.
    private struct Frame {
        /// The instruction that opened it.
        let opener: Int
        /// How many items of the block are left, this one included.
        var remaining = 0
        /// How many items came before.
        var index = 0
        /// Where the block must end, or -1.
        var blockEnd = -1
    }

    /// How many frames lie on the thread's stack; a temporary allocation of more than 1 KiB would be of the heap.
    private static var usualDepth: Int { 1024 / MemoryLayout<Frame>.stride }
    private static var maximumDepth: Int { 1024 }
    private static var emptyItems: Int { 65536 }

    /// Reads one value.
    /// - Parameters:
    ///   - program: The schema's program.
    ///   - start: The first instruction.
    ///   - datum: The bytes.
    ///   - position: Where in them the value begins; afterwards where it ends.
    ///   - sink: Takes the values.
    static func walk(
        _ program: AvroProgram,
        from start: Int,
        _ datum: UnsafeRawBufferPointer,
        _ position: inout Int,
        _ sink: inout Sink
    ) -> AvroFault? {
        unsafe withUnsafeTemporaryAllocation(of: Frame.self, capacity: usualDepth) { memory in
            guard let usual = memory.baseAddress else { return nil }
            var state = unsafe State(cursor: AvroCursor(datum, at: position), pc: start, frames: usual)
            defer { if unsafe state.frames != usual { unsafe state.frames.deallocate() } }
            do throws(AvroFault.Reason) {
                try run(program, &state, &sink)
            } catch {
                let place = unsafe UnsafeBufferPointer(start: state.frames, count: state.depth)
                let opened = unsafe place.map { (opener: $0.opener, index: $0.index) }
                return AvroFault(
                    reason: error,
                    path: program.path(of: state.pc, opened),
                    offset: state.cursor.position
                )
            }
            position = state.cursor.position
            return nil
        }
    }

    @safe
    private struct State {
        var cursor: AvroCursor
        var pc: Int
        var frames: UnsafeMutablePointer<Frame>
        var depth = 0
        var capacity = usualDepth
        var empty = emptyItems

        @inline(__always)
        mutating func push(_ frame: Frame) throws(AvroFault.Reason) {
            if depth == capacity { try grow() }
            unsafe (frames + depth).initialize(to: frame)
            depth &+= 1
        }

        private mutating func grow() throws(AvroFault.Reason) {
            guard capacity < maximumDepth else { throw .depth }
            let larger = UnsafeMutablePointer<Frame>.allocate(capacity: maximumDepth)
            unsafe larger.initialize(from: frames, count: depth)
            unsafe frames = larger
            capacity = maximumDepth
        }

        /// Counts values that may take no bytes.
        @inline(__always)
        mutating func spend(_ count: Int) throws(AvroFault.Reason) {
            guard count <= empty else { throw .emptyItems }
            empty &-= count
        }

        /// Reads the head of a block, whose items are counted before they are read.
        @inline(__always)
        mutating func block(isEmpty: Bool) throws(AvroFault.Reason) -> (count: Int, end: Int) {
            let block = try cursor.block()
            if isEmpty {
                try spend(block.count)
            } else {
                guard block.count <= cursor.left else { throw .itemCount }
            }
            return block
        }
    }

    private static func run(_ program: AvroProgram, _ state: inout State, _ sink: inout Sink) throws(AvroFault.Reason) {
        let code = unsafe program.code
        let literals = unsafe program.literals
        let spans = unsafe program.spans
        while true {
            let step = unsafe code + state.pc
            unsafe sink.literal(literals + Int(step.pointee.literal.start), Int(step.pointee.literal.count))
            switch unsafe step.pointee.operation {
            case .literal: break
            case .boolean: sink.boolean(try state.cursor.boolean())
            case .int: sink.integer(try state.cursor.int())
            case .long: sink.integer(try state.cursor.long())
            case .float: sink.float(Float(bitPattern: try state.cursor.bits(UInt32.self)))
            case .double: sink.double(Double(bitPattern: try state.cursor.bits(UInt64.self)))
            case .bytes: unsafe sink.bytes(try state.cursor.bytes())
            case .string: guard unsafe sink.string(try state.cursor.bytes()) else { throw .invalidText }
            case .fixed: unsafe sink.bytes(try state.cursor.fixed(step.pointee.size))
            case .uuid: unsafe sink.uuid(try state.cursor.fixed(step.pointee.size))
            case .decimal:
                let bytes = try unsafe state.cursor.bytes()
                guard unsafe sink.decimal(bytes, scale: scale(step)) else { throw .decimal }
            case .fixedDecimal:
                let bytes = try unsafe state.cursor.fixed(step.pointee.size)
                guard unsafe sink.decimal(bytes, scale: scale(step)) else { throw .decimal }
            case .enumeration:
                let number = try unsafe state.cursor.number(below: step.pointee.size, else: .symbol)
                unsafe literal(spans[Int(step.pointee.target) &+ number], literals, &sink)
            case .single: _ = try state.cursor.number(below: 1, else: .branch)
            case .optional:
                let number = try state.cursor.number(below: 2, else: .branch)
                let size = unsafe step.pointee.size
                if number == Int(size & 1) {
                    unsafe literal(spans[Int(size &>> 1)], literals, &sink)
                    state.pc = unsafe Int(step.pointee.target)
                    continue
                }
            case .union:
                let number = try unsafe state.cursor.number(below: step.pointee.size, else: .branch)
                state.pc = unsafe Int(spans[Int(step.pointee.target) &+ number].start)
                continue
            case .jump:
                state.pc = unsafe Int(step.pointee.target)
                continue
            case .array, .map:
                let (count, end) = try unsafe state.block(isEmpty: step.pointee.isEmpty)
                guard count > 0 else {
                    try check(end, state.cursor)
                    sink.byte(unsafe closing(step.pointee.operation))
                    state.pc = unsafe Int(step.pointee.target)
                    continue
                }
                try state.push(Frame(opener: state.pc, remaining: count, blockEnd: end))
            case .key:
                guard unsafe sink.string(try state.cursor.bytes()) else { throw .invalidText }
                sink.byte(UInt8(ascii: ":"))
            case .nextItem, .nextEntry:
                if try unsafe next(step, &state, &sink) {
                    state.pc = unsafe Int(step.pointee.target)
                    continue
                }
            case .call:
                if unsafe step.pointee.isEmpty { try state.spend(1) }
                try state.push(Frame(opener: state.pc))
                state.pc = unsafe Int(step.pointee.target)
                continue
            case .end:
                state.depth &-= 1
                state.pc = unsafe state.frames[state.depth].opener
            case .halt: return
            }
            state.pc &+= 1
        }
    }

    /// Goes on to the next item.
    /// - Returns: Whether there is one.
    @inline(__always)
    private static func next(
        _ step: UnsafePointer<AvroInstruction>,
        _ state: inout State,
        _ sink: inout Sink
    ) throws(AvroFault.Reason) -> Bool {
        let frame = unsafe state.frames + (state.depth &- 1)
        unsafe frame.pointee.remaining &-= 1
        if unsafe frame.pointee.remaining == 0 {
            try unsafe check(frame.pointee.blockEnd, state.cursor)
            let (count, end) = try unsafe state.block(isEmpty: step.pointee.isEmpty)
            guard count > 0 else {
                try check(end, state.cursor)
                sink.byte(unsafe closing(step.pointee.operation))
                state.depth &-= 1
                return false
            }
            unsafe frame.pointee.remaining = count
            unsafe frame.pointee.blockEnd = end
        }
        unsafe frame.pointee.index &+= 1
        sink.byte(UInt8(ascii: ","))
        return true
    }

    @inline(__always)
    private static func check(_ blockEnd: Int, _ cursor: AvroCursor) throws(AvroFault.Reason) {
        guard blockEnd < 0 || blockEnd == cursor.position else { throw .blockSize }
    }

    @inline(__always)
    private static func closing(_ operation: AvroInstruction.Operation) -> UInt8 {
        operation == .array || operation == .nextItem ? UInt8(ascii: "]") : UInt8(ascii: "}")
    }

    @inline(__always)
    private static func scale(_ step: UnsafePointer<AvroInstruction>) -> Int {
        unsafe Int(Int32(bitPattern: step.pointee.target))
    }

    @inline(__always)
    private static func literal(_ span: AvroSpan, _ literals: UnsafeRawPointer, _ sink: inout Sink) {
        unsafe sink.literal(literals + Int(span.start), Int(span.count))
    }
}
