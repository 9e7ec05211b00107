/// A schema as a list of instructions that lie one after the other in memory, with what they refer to.
///
/// Unchecked because nothing is changed after it was made.
@safe
final class AvroProgram: @unchecked Sendable {
    /// How many bytes may be read behind a literal's end, so that short ones are copied without a loop.
    static let padding = 16

    /// The instructions.
    let code: UnsafePointer<AvroInstruction>
    /// The bytes of all literals.
    let literals: UnsafeRawPointer
    /// Literals of symbols and of nulls, and the places of branches.
    let spans: UnsafePointer<AvroSpan>
    /// Where values belong.
    let paths: [AvroPathStep]
    /// Where each field of a root record can be read by itself; empty for another root.
    let fields: [UInt32]
    /// How many bytes all of it takes.
    let byteCount: Int

    init(
        code: [AvroInstruction],
        literals: [UInt8],
        spans: [AvroSpan],
        paths: [AvroPathStep],
        fields: [UInt32]
    ) {
        let instructions = UnsafeMutablePointer<AvroInstruction>.allocate(capacity: code.count)
        unsafe instructions.initialize(from: code, count: code.count)
        unsafe self.code = UnsafePointer(instructions)
        let length = literals.count + Self.padding
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 16)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: length)
        unsafe literals.withUnsafeBytes { source in
            if let base = source.baseAddress { unsafe bytes.copyMemory(from: base, byteCount: source.count) }
        }
        unsafe self.literals = UnsafeRawPointer(bytes)
        let places = UnsafeMutablePointer<AvroSpan>.allocate(capacity: max(1, spans.count))
        unsafe places.initialize(from: spans, count: spans.count)
        unsafe self.spans = UnsafePointer(places)
        self.paths = paths
        self.fields = fields
        byteCount =
            code.count * MemoryLayout<AvroInstruction>.stride + length + spans.count * MemoryLayout<AvroSpan>.stride
    }

    deinit {
        unsafe code.deallocate()
        unsafe literals.deallocate()
        unsafe spans.deallocate()
    }
}
