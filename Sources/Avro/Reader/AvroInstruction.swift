/// One step of reading a datum: what to write first, then what to read.
struct AvroInstruction {
    /// What is read, and what becomes of it.
    enum Operation: UInt8 {
        /// Nothing; only the literal is written.
        case literal
        case boolean, int, long, float, double, bytes, string
        /// `size` bytes, written as base64.
        case fixed
        /// The bytes of a UUID.
        case uuid
        /// A decimal of so many bytes as are said first; `target` is the scale.
        case decimal
        /// A decimal of `size` bytes; `target` is the scale.
        case fixedDecimal
        /// One of `size` symbols, whose literals begin at `target` in the spans.
        case enumeration
        /// A union of null and another type, whose instructions follow. The lowest bit of `size` is the number of null,
        /// with which it writes the literal of the span that the other bits name, and goes on at `target`.
        case optional
        /// A union of one type, whose instructions follow.
        case single
        /// One of `size` branches, whose instructions begin where the spans from `target` on say.
        case union
        /// Goes on at `target`.
        case jump
        /// The first block of an array, whose items' instructions follow; without items goes on at `target`.
        case array
        /// Like `array`, of a map.
        case map
        /// A map's key.
        case key
        /// The end of an array's item, which began at `target`.
        case nextItem
        /// The end of a map's value, which began with its key at `target`.
        case nextEntry
        /// The record whose instructions begin at `target`, once more.
        case call
        /// The end of a record that was called.
        case end
        /// The end of the datum.
        case halt
    }

    /// What is read.
    var operation: Operation
    /// Whether a value may take no bytes: of an array's or map's items, or of a record that is called.
    var isEmpty = false
    /// What is written first, in the literals.
    var literal = AvroSpan()
    /// As ``operation`` says; else 0.
    var target: UInt32 = 0
    /// As ``operation`` says; else 0.
    var size: UInt32 = 0
    /// Where the value belongs, in the paths.
    var path: UInt32 = 0
}

/// A part of the literals.
struct AvroSpan {
    /// The place of its first byte.
    var start: UInt32 = 0
    /// How many bytes it has.
    var count: UInt32 = 0
}

/// A step from one value to one inside it.
struct AvroPathStep: Sendable {
    /// Kinds of steps.
    enum Kind: Sendable {
        /// The datum, or the record that is called.
        case root
        case field(String)
        case item, entry
    }

    /// What the step is.
    let kind: Kind
    /// The step before; the root's is itself.
    let parent: Int
}
