package import JSON

/// Reads datums of one schema: checks them, or writes them as JSON or as fields.
///
/// Nothing is allocated for a datum unless its values are nested more than some thirty deep. Text must be UTF-8 everywhere, also where a datum is only checked: ADX reads a whole container file or none of it, so
/// that one text which it cannot decode would cost the records around it.
@safe
package struct AvroReader: Sendable {
    /// The schema that the datums have.
    package let schema: AvroSchema
    private let program: AvroProgram
    /// The one datum that is null; `nil` when none is.
    private let null: [UInt8]?

    /// Creates a reader, which is the costly part: keep it for as long as its schema is used.
    package init(_ schema: AvroSchema) {
        self.schema = schema
        program = AvroCompiler.compile(schema)
        null = Self.null(of: schema)
    }

    /// How many bytes the reader takes beside its schema.
    package var byteCount: Int { program.byteCount }

    /// Checks that bytes are one datum of the schema and nothing else.
    /// - Returns: What is wrong, or `nil`.
    package func check(_ datum: UnsafeRawBufferPointer) -> AvroFault? {
        var sink = AvroCheck()
        return unsafe whole(datum, &sink)
    }

    /// Writes a datum as JSON.
    ///
    /// A record is an object of all its fields in the schema's order, a union of null and one type is null or the value,
    /// any other union an object with a member for each branch but null. Bytes and fixed are base64, dates and times the
    /// numbers that they are, enums their symbols, a UUID its text.
    /// - Returns: What is wrong with the datum, and the output is as it was; or `nil`.
    package func writeJSON(
        _ datum: UnsafeRawBufferPointer,
        to output: inout JSONOutput,
        decimals: DecimalFormat = .numeric
    ) -> AvroFault? {
        let count = output.count
        var sink = AvroJSON(output: output, decimals: decimals)
        let fault = unsafe whole(datum, &sink)
        output = sink.output
        if fault != nil { output.remove(from: count) }
        return fault
    }

    /// Writes a datum like ``writeJSON(_:to:decimals:)``, but a text, an enum, bytes or a UUID without JSON's quotes and
    /// escapes.
    package func writeText(
        _ datum: UnsafeRawBufferPointer,
        to output: inout JSONOutput,
        decimals: DecimalFormat = .numeric
    ) -> AvroFault? {
        let count = output.count
        let fault = unsafe writeJSON(datum, to: &output, decimals: decimals)
        if fault == nil { output.unquote(from: count) }
        return fault
    }

    /// Whether a datum is null, as only one of a union can be (or any of the type null).
    package func isNull(_ datum: UnsafeRawBufferPointer) -> Bool {
        guard let null else { return false }
        return unsafe datum.elementsEqual(null)
    }

    /// Writes the fields of a record in the schema's order, with separators between them and nothing at the end.
    ///
    /// Texts are as they are, numbers as in JSON, nested values JSON; null is empty, an empty text `""`.
    /// - Parameters:
    ///   - datum: A record, or null, which is a line without any value.
    ///   - separator: The byte between two fields.
    ///   - quotes: Whether a field may be in quotes, where it holds a separator, a quote or a line break (RFC 4180).
    ///     Without, one that holds a separator or a line break is a fault.
    ///   - output: Where to write.
    ///   - decimals: How decimals are written.
    /// - Returns: What is wrong with the datum, and the output is as it was; or `nil`.
    package func writeFields(
        _ datum: UnsafeRawBufferPointer,
        separator: UInt8,
        quotes: Bool,
        to output: inout JSONOutput,
        decimals: DecimalFormat = .numeric
    ) -> AvroFault? {
        let count = output.count
        var sink = AvroJSON(output: output, decimals: decimals)
        let fault = unsafe fields(datum, AvroFieldForm(separator: separator, quotes: quotes), &sink)
        output = sink.output
        if fault != nil { output.remove(from: count) }
        return fault
    }

    private func fields(
        _ datum: UnsafeRawBufferPointer,
        _ form: AvroFieldForm,
        _ sink: inout AvroJSON
    ) -> AvroFault? {
        guard let names = schema.fieldNames else { return AvroFault(reason: .noRecord, path: "", offset: 0) }
        if unsafe isNull(datum) {
            for _ in names.indices.dropLast() { sink.byte(form.separator) }
            return nil
        }
        var position = 0
        if case .union(let branches) = schema.types[schema.root].shape {
            // One byte: the union has two branches at most, and the datum is a record.
            let number = branches.firstIndex { schema.types[$0].kind == .record } ?? 0
            guard unsafe datum.first == UInt8(2 * number) else {
                return AvroFault(reason: unsafe datum.isEmpty ? .truncated : .branch, path: "", offset: 0)
            }
            position = 1
        }
        for (number, start) in program.fields.enumerated() {
            if number > 0 { sink.byte(form.separator) }
            let count = sink.output.count
            if let fault = unsafe AvroWalker.walk(program, from: Int(start), datum, &position, &sink) { return fault }
            guard form.finish(&sink.output, from: count, isOnly: names.count == 1) else {
                return AvroFault(reason: .separator, path: names[number], offset: position)
            }
        }
        return trailing(position, datum.count)
    }

    /// Returns the datum that is null: nothing, or the number of the union's branch.
    private static func null(of schema: AvroSchema) -> [UInt8]? {
        switch schema.types[schema.root].shape {
        case .null: return []
        case .union(let branches):
            guard let number = branches.firstIndex(where: { schema.types[$0].kind == .null }) else { return nil }
            return AvroBytes.long(Int64(number))
        default: return nil
        }
    }

    private func whole<Sink: AvroSink>(_ datum: UnsafeRawBufferPointer, _ sink: inout Sink) -> AvroFault? {
        var position = 0
        if let fault = unsafe AvroWalker.walk(program, from: 0, datum, &position, &sink) { return fault }
        return trailing(position, datum.count)
    }

    private func trailing(_ position: Int, _ count: Int) -> AvroFault? {
        position == count ? nil : AvroFault(reason: .trailing, path: "", offset: position)
    }
}
