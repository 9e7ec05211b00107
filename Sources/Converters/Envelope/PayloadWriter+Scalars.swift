internal import JSON

extension PayloadWriter {
    /// Writes the next value, a whole number, as it is written, or in its usual form when that has a fraction, an
    /// exponent or a sign before zero.
    /// - Parameter isExact: Whether a fraction and an exponent are refused, as Kafka Connect does for logical types.
    mutating func integer(
        _ node: EnvelopeSchema.Node,
        in range: ClosedRange<Int64>,
        isExact: Bool = false
    ) throws(EnvelopeFault) {
        let text = try unsafe number(node)
        if let value = unsafe WholeNumber.plain(text) {
            guard range.contains(value) else { throw outOfRange(node) }
            if value == 0 { output.byte(UInt8(ascii: "0")) } else { unsafe output.bytes(text) }
        } else {
            guard !isExact, let value = unsafe WholeNumber.any(text), range.contains(value) else {
                throw outOfRange(node)
            }
            output.integer(value)
        }
    }

    /// Writes the next value as a number of 32 bits: as it is written, unless that has more digits than those hold.
    mutating func float(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        if cursor.peek() == UInt8(ascii: "\"") { return try nonFinite(node) }
        let text = try unsafe number(node)
        // Any six digits come back from 32 bits; the length keeps small numbers with many zeros out.
        if text.count <= 8, unsafe !text.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }),
            unsafe text.count(where: { $0 &- UInt8(ascii: "0") < 10 }) <= 6
        {
            return unsafe output.bytes(text)
        }
        guard let value = unsafe Float(String(decoding: text, as: UTF8.self)), value.isFinite else {
            throw outOfRange(node)
        }
        output.float(value)
    }

    /// Writes the next value, a number, as it is written.
    mutating func double(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        if cursor.peek() == UInt8(ascii: "\"") { return try nonFinite(node) }
        let text = try unsafe number(node)
        // Without an exponent it takes 309 digits to be too large.
        if unsafe text.count > 300 || text.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            let value = unsafe Double(String(decoding: text, as: UTF8.self))
            guard value?.isFinite == true else { throw outOfRange(node) }
        }
        unsafe output.bytes(text)
    }

    /// Writes the next value, bytes in Base64.
    mutating func bytes(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        guard cursor.peek() == UInt8(ascii: "\"") else { throw mismatch(node) }
        let (text, _) = unsafe cursor.string()
        if unsafe Base64Text.isCanonical(text) { return unsafe output.bytes(text) }
        let isWritten: Void? = unsafe Base64Text.decode(text) { unsafe output.base64($0) }
        guard isWritten != nil else { throw EnvelopeFault("is not Base64, which its type, bytes, needs") }
    }

    /// Writes the next value, a decimal: a number, or Base64 of its unscaled value.
    mutating func decimal(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        switch cursor.peek() {
        case UInt8(ascii: "\""):
            guard let scale = node.scale else {
                throw EnvelopeFault("is a Decimal in Base64, but its schema has no parameter \"scale\"")
            }
            guard options.decimals == .numeric else { return try bytes(node) }
            let (text, _) = unsafe cursor.string()
            let isWritten = unsafe Base64Text.decode(text) { unsafe output.decimal(unscaled: $0, scale: scale) }
            guard let isWritten else { throw EnvelopeFault("is neither a number nor Base64, which a Decimal must be") }
            guard isWritten else {
                throw EnvelopeFault("is a Decimal of more than \(JSONOutput.longestDecimal) bytes")
            }
        default:
            let text = try unsafe number(node)
            guard options.decimals != .numeric else { return unsafe output.bytes(text) }
            guard let scale = node.scale else {
                throw EnvelopeFault("is a Decimal, but its schema has no parameter \"scale\"")
            }
            guard let unscaled = unsafe UnscaledDecimal.bytes(of: text, scale: scale) else {
                throw EnvelopeFault(
                    "is a Decimal with more than \(scale) digits after its point, which is its schema's scale, or more "
                        + "than \(UnscaledDecimal.longest) in all"
                )
            }
            unsafe unscaled.withUnsafeBytes { unsafe output.base64($0) }
        }
    }

    /// Passes a number and returns its text.
    private mutating func number(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) -> UnsafeRawBufferPointer {
        let first = cursor.peek()
        guard first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10 else { throw mismatch(node) }
        return unsafe cursor.scalar()
    }

    /// Kafka Connect's own converter writes the numbers that JSON does not have as their names.
    private mutating func nonFinite(_ node: EnvelopeSchema.Node) throws(EnvelopeFault) {
        let fault = mismatch(node)
        let (text, _) = unsafe cursor.string()
        guard
            unsafe text.elementsEqual("\"NaN\"".utf8) || text.elementsEqual("\"Infinity\"".utf8)
                || text.elementsEqual("\"-Infinity\"".utf8)
        else { throw fault }
        unsafe output.bytes(text)
    }

    private func outOfRange(_ node: EnvelopeSchema.Node) -> EnvelopeFault {
        EnvelopeFault("is a number that its type, \(node.kind.name), does not hold: it needs \(node.kind.form)")
    }
}
