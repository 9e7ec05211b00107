internal import JSON

/// Writes messages of `JsonConverter` with `schemas.enable=true` as rows: `{"schema": …, "payload": …}`.
///
/// One per lane: it is not `Sendable`. A message is checked whole, its payload against its schema; then the row is made
/// of the payload's own bytes, so that no number changes, with nulls and defaults for absent fields and without fields
/// that the schema does not have. What the connector corrupts in silence is an error here: a number that does not fit
/// its type, or a value of another type. Compiled schemas are kept, and a message whose schema is known is written
/// without allocating.
@safe
package final class EnvelopeReader {
    private let format: RecordFormat
    private let options: ConverterOptions
    private let validator = JSONValidator()
    private let jsonRow: JSONRow
    private var cache: EnvelopeSchemaCache
    /// A copy of the message, with the bytes behind it that the validator wants; grows with the messages.
    private var scratch = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Creates a reader.
    /// - Parameters:
    ///   - format: What the rows are for; in a JSON format they are objects and arrays of objects, else any value.
    ///   - options: How decimals are written, and whether a null takes its schema's default.
    ///   - cachedSchemas: How many schemas are kept (`schemas.cache.size`).
    package init(format: RecordFormat, options: ConverterOptions = ConverterOptions(), cachedSchemas: Int = 1000) {
        self.format = format
        self.options = options
        jsonRow = JSONRow(format: format)
        cache = EnvelopeSchemaCache(count: cachedSchemas, options: options)
    }

    deinit { unsafe scratch.deallocate() }

    /// Writes one message's row to the start of `room`, on one line, without a newline after it.
    /// - Parameter value: The message's value, which may be empty; it must not overlap `room`.
    package func write(
        _ value: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        let document = unsafe copy(JSONRow.withoutByteOrderMark(value))
        switch unsafe validator.verdict(on: document) {
        case .valid(.object): break
        case .valid: return Self.noEnvelope
        case .invalid(let reason): return Self.reject("the value is not JSON (\(reason)); correct the producer")
        }
        return unsafe writeDirectly(document, to: room) ?? writeMembers(document, to: room)
    }

    /// Writes the row of a message as nearly all are: a schema, then a payload that is an object as it says.
    /// - Returns: `nil` when the message is another, or something is wrong with it.
    private func writeDirectly(
        _ document: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome? {
        var cursor = unsafe JSONCursor(document)
        guard cursor.passes(UInt8(ascii: "{")), Self.passes("\"schema\"", &cursor) else { return nil }
        _ = cursor.peek()
        guard let known = unsafe cache.last(at: cursor.position, of: document),
            case .success(let schema) = known.compiled
        else { return nil }
        cursor.position += known.length
        guard cursor.passes(UInt8(ascii: ",")), Self.passes("\"payload\"", &cursor) else { return nil }
        let kind = schema.node(schema.root).kind
        guard kind == .structure || kind == .map, cursor.peek() == UInt8(ascii: "{") else { return nil }
        var writer = unsafe PayloadWriter(
            schema,
            document,
            at: cursor.position,
            to: room,
            options,
            isInAnyOrder: schema.comesInAnyOrder
        )
        do throws(EnvelopeFault) { try writer.value(schema.root) } catch { return nil }
        guard writer.cursor.peek() == UInt8(ascii: "}") else { return nil }
        return Self.outcome(of: writer)
    }

    /// Passes a name and the colon after it.
    private static func passes(_ name: StaticString, _ cursor: inout JSONCursor) -> Bool {
        guard cursor.peek() == UInt8(ascii: "\"") else { return false }
        let expected = unsafe UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return unsafe cursor.string().text.elementsEqual(expected) && cursor.passes(UInt8(ascii: ":"))
    }

    /// Writes the row of any message: finds the members first; the last of equal ones counts, as for Jackson.
    private func writeMembers(
        _ document: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        var cursor = unsafe JSONCursor(document)
        var schema: Range<Int>?
        var payload: Range<Int>?
        guard cursor.passes(UInt8(ascii: "{")), !cursor.passes(UInt8(ascii: "}")) else { return Self.noEnvelope }
        repeat {
            _ = cursor.peek()
            let name = unsafe Self.text(of: cursor.string().text)
            _ = cursor.passes(UInt8(ascii: ":"))
            _ = cursor.peek()
            let start = cursor.position
            _ = unsafe cursor.value()
            switch name {
            case "schema": schema = start..<cursor.position
            case "payload": payload = start..<cursor.position
            default: return Self.noEnvelope
            }
        } while cursor.passes(UInt8(ascii: ","))
        guard let schema, let payload else { return Self.noEnvelope }
        let text = unsafe UnsafeRawBufferPointer(rebasing: document[schema])
        if unsafe text.elementsEqual("null".utf8) { return unsafe writeAnything(document, payload, to: room) }
        switch unsafe cache.schema(text) {
        case .failure(let fault):
            return Self.reject(fault.sentence(about: "the envelope's schema") + "; correct the producer")
        case .success(let schema): return unsafe write(document, at: payload.lowerBound, schema, to: room)
        }
    }

    /// Writes a payload without a schema.
    private func writeAnything(
        _ document: UnsafeRawBufferPointer,
        _ payload: Range<Int>,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        let text = unsafe UnsafeRawBufferPointer(rebasing: document[payload])
        if format.structure == .json { return unsafe writeRow(text, to: room) }
        if unsafe text.elementsEqual("null".utf8) { return .skipped }
        if unsafe text.first == UInt8(ascii: "\"") { return unsafe writeText(text, to: room) }
        guard room.count >= text.count else { return Self.needsSpace(text.count) }
        unsafe room.copyMemory(from: text)
        let line = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<text.count])
        return .row(bytesWritten: unsafe JSONLine.flatten(line, hasBreaks: true))
    }

    /// Writes the payload at `position` of a document.
    private func write(
        _ document: UnsafeRawBufferPointer,
        at position: Int,
        _ schema: EnvelopeSchema,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        let root = schema.node(schema.root)
        var cursor = unsafe JSONCursor(document, at: position)
        if cursor.peek() == UInt8(ascii: "n") {
            if let preset = root.preset, options.replacesNullWithDefault {
                return unsafe schema.presets[preset].withUnsafeBytes { unsafe write($0, at: 0, schema, to: room) }
            }
            return root.isOptional ? .skipped : Self.reject("the payload is null, but its schema is not optional")
        }
        switch root.kind {
        case .string:
            guard cursor.peek() == UInt8(ascii: "\"") else { break }
            let text = unsafe cursor.string().text
            return format.structure == .json ? unsafe writeRow(text, to: room) : unsafe writeText(text, to: room)
        case .bytes:
            guard cursor.peek() == UInt8(ascii: "\"") else { break }
            return unsafe writeBytes(cursor.string().text, to: room)
        case .structure, .map: break
        case .array where [.structure, .map].contains(schema.node(root.first).kind): break
        default:
            guard format.structure != .json else { return noRow(root.kind) }
        }
        return unsafe writeValue(document, at: position, schema, to: room)
    }

    private func writeValue(
        _ document: UnsafeRawBufferPointer,
        at position: Int,
        _ schema: EnvelopeSchema,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        func attempt(isInAnyOrder: Bool) -> Result<RecordOutcome, EnvelopeFault> {
            var writer = unsafe PayloadWriter(
                schema,
                document,
                at: position,
                to: room,
                options,
                isInAnyOrder: isInAnyOrder
            )
            do throws(EnvelopeFault) {
                let hasRows = try writer.payload(asRows: format.structure == .json)
                return .success(hasRows ? Self.outcome(of: writer) : .skipped)
            } catch {
                return .failure(error)
            }
        }
        if !schema.comesInAnyOrder, case .success(let outcome) = attempt(isInAnyOrder: false) { return outcome }
        // What seems to be missing may only be in another place.
        switch attempt(isInAnyOrder: true) {
        case .success(let outcome):
            schema.comesInAnyOrder = true
            return outcome
        case .failure(let fault): return Self.reject(fault.sentence(about: "the payload") + "; correct the producer")
        }
    }

    /// Writes a text that holds JSON, or JSON.
    private func writeRow(
        _ text: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        guard room.count >= text.count + JSONValidator.slack else { return Self.needsSpace(text.count) }
        return unsafe text.isEmpty ? .skipped : jsonRow.write(text, to: room)
    }

    /// Writes what a JSON string stands for.
    private func writeText(
        _ string: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        guard room.count >= string.count else { return Self.needsSpace(string.count) }
        unsafe room.copyMemory(from: string)
        let count = unsafe JSONText.decode(UnsafeMutableRawBufferPointer(rebasing: room[..<string.count]))
        return count > 0 ? .row(bytesWritten: count) : .skipped
    }

    /// Writes the bytes that a JSON string of Base64 stands for.
    private func writeBytes(
        _ string: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        let outcome: RecordOutcome? = unsafe Base64Text.decode(string) { bytes in
            if format.structure == .json { return unsafe writeRow(bytes, to: room) }
            guard room.count >= bytes.count else { return Self.needsSpace(bytes.count) }
            unsafe room.copyMemory(from: bytes)
            return unsafe bytes.isEmpty ? .skipped : .row(bytesWritten: bytes.count)
        }
        return outcome ?? Self.reject("the payload is not Base64, which its type, bytes, needs; correct the producer")
    }

    private func copy(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let needed = value.count + JSONValidator.slack
        if unsafe scratch.count < needed {
            unsafe scratch.deallocate()
            unsafe scratch = .allocate(byteCount: max(needed, 2 * scratch.count), alignment: 64)
        }
        unsafe scratch.copyMemory(from: value)
        return unsafe UnsafeRawBufferPointer(rebasing: scratch[..<value.count])
    }

    private func noRow(_ kind: EnvelopeSchema.Kind) -> RecordOutcome {
        Self.reject(
            "the payload is of the type \(kind.name), but format=\(format) takes a struct, a map with keys that are "
                + "strings, or an array of these; correct the producer, or map the topic with format=txt"
        )
    }

    private static func outcome(of writer: PayloadWriter) -> RecordOutcome {
        writer.output.hasOverflowed ? needsSpace(writer.output.count) : .row(bytesWritten: writer.output.count)
    }

    /// Asks for room for a row of that many bytes, a newline, and what a check of it may read behind them.
    private static func needsSpace(_ count: Int) -> RecordOutcome {
        .needsSpace(bytes: count + 1 + JSONValidator.slack)
    }

    private static func text(of string: UnsafeRawBufferPointer) -> String {
        unsafe withUnsafeTemporaryAllocation(byteCount: string.count, alignment: 1) { memory in
            unsafe memory.copyMemory(from: string)
            let count = unsafe JSONText.decode(memory)
            return unsafe String(decoding: memory[..<count], as: UTF8.self)
        }
    }

    private static let noEnvelope = reject(
        "the value is not an object of exactly the fields \"schema\" and \"payload\", which JsonConverter reads with "
            + "schemas.enable=true; correct the producer, or set value.converter.schemas.enable=false for plain JSON"
    )

    private static func reject(_ message: String) -> RecordOutcome {
        .rejected(ConverterError(.invalidRecord, message))
    }
}
