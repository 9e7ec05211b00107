internal import JSON

/// How the fields of a line are told apart.
struct AvroFieldForm {
    /// The byte between two fields.
    let separator: UInt8
    /// Whether a field may be in quotes.
    let quotes: Bool

    /// Makes a field of the JSON of a value.
    /// - Parameters:
    ///   - output: Where the JSON stands.
    ///   - count: How many bytes were there before it.
    ///   - isOnly: Whether the line has no other field: then null is in quotes, since many skip an empty line.
    /// - Returns: Whether the format can hold it.
    func finish(_ output: inout JSONOutput, from count: Int, isOnly: Bool) -> Bool {
        if output.isNull(from: count) {
            output.remove(from: count)
            if isOnly, quotes { output.text("\"\"") }
            return true
        }
        let isText = output.unquote(from: count)
        guard quotes else { return output.isPlain(from: count, separator: separator) }
        output.field(from: count, separator: separator, always: isText && output.count == count)
        return true
    }
}
