internal import JSON
internal import SchemaRegistry

/// Writes messages as rows into the caller's buffer.
///
/// One per lane: it is not `Sendable`. A message is copied once, to the place of its row, and checked there; nothing is
/// allocated for a good one.
@safe
package final class RecordConverter {
    /// How many bytes must follow a row in the buffer; a check may read them but does not write them.
    package static let slack = JSONValidator.slack
    /// How many bytes of a buffer a row leaves: those, and a newline.
    static let reserve = slack + 1

    private enum Rows {
        case text(isBytes: Bool)
        case json
        case envelope(EnvelopeReader)
        case primitive(PrimitiveType)
        case registered(RegisteredRows)
    }

    /// What is converted into what.
    package let conversion: Conversion
    private let plain: PlainRows
    private let rows: Rows

    /// Creates a converter.
    /// - Parameters:
    ///   - conversion: What is converted into what.
    ///   - topic: The messages' topic, by which a schema registry knows their schemas.
    ///   - side: Which side of the messages is read.
    ///   - schemas: Where schemas come from; required by a converter that uses a registry.
    package init(
        _ conversion: Conversion,
        topic: String = "",
        side: MessageSide = .value,
        schemas: (any SchemaSource)? = nil
    ) {
        self.conversion = conversion
        plain = PlainRows(conversion)
        switch conversion.converter {
        case .string: rows = .text(isBytes: false)
        case .bytes: rows = .text(isBytes: true)
        case .json where conversion.options.hasEnvelope:
            rows = .envelope(EnvelopeReader(format: conversion.format, options: conversion.options))
        case .json: rows = .json
        case .short: rows = .primitive(.short)
        case .integer: rows = .primitive(.integer)
        case .long: rows = .primitive(.long)
        case .float: rows = .primitive(.float)
        case .double: rows = .primitive(.double)
        case .boolean: rows = .primitive(.boolean)
        case .avro, .jsonSchema, .protobuf:
            guard let schemas else { preconditionFailure("\(conversion.converter) needs a schema registry") }
            let subject = conversion.options.namesSubject ? side.subject(of: topic) : ""
            rows = .registered(
                RegisteredRows(conversion, subject: subject, side: side, source: schemas, plain: plain)
            )
        }
    }

    /// Whether a value of no bytes is one that the converter reads, or refuses, rather than nothing.
    private func readsEmptyValue(of message: borrowing MessageView) -> Bool {
        switch rows {
        case .envelope, .primitive: true
        case .registered(let rows): rows.isFramed(message)
        case .text, .json: false
        }
    }

    /// Begins the blob of the row that was written last.
    package func beginFile() -> BlobFile {
        if case .registered(let rows) = rows, let container = rows.container { return container }
        return BlobFile(layout: conversion.layout)
    }

    /// Appends one message's row to `buffer` at `position`.
    /// - Parameters:
    ///   - message: Must not overlap `buffer`.
    ///   - file: The blob that the row is for, or `nil` when it would be the first of a new one.
    /// - Returns: What became of it; bytes before `position` are never touched.
    package func append(
        _ message: borrowing MessageView,
        to buffer: UnsafeMutableRawBufferPointer,
        at position: Int,
        in file: BlobFile? = nil
    ) -> RecordOutcome {
        unsafe append(message, message.value, to: buffer, at: position, in: file)
    }

    /// Appends the row of one side of a message.
    func append(
        _ message: borrowing MessageView,
        _ payload: UnsafeRawBufferPointer?,
        to buffer: UnsafeMutableRawBufferPointer,
        at position: Int,
        in file: BlobFile?
    ) -> RecordOutcome {
        guard let payload = unsafe payload, unsafe !payload.isEmpty || readsEmptyValue(of: message) else {
            return .skipped
        }
        let needed = payload.count + Self.reserve
        guard buffer.count - position >= needed else { return .needsSpace(bytes: needed) }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position...])
        let outcome = unsafe write(payload, of: message, to: room, in: file)
        guard conversion.layout == .lines, case .row(let count) = outcome else { return outcome }
        if unsafe room[count - 1] == UInt8(ascii: "\n") { return outcome }
        unsafe room[count] = UInt8(ascii: "\n")
        return .row(bytesWritten: count + 1)
    }

    /// Writes a row that is not empty, without adding a newline after it.
    @inline(__always)
    private func write(
        _ payload: UnsafeRawBufferPointer,
        of message: borrowing MessageView,
        to room: UnsafeMutableRawBufferPointer,
        in file: BlobFile?
    ) -> RecordOutcome {
        switch rows {
        case .text(let isBytes): return unsafe plain.writeText(payload, isBytes: isBytes, to: room)
        case .json: return unsafe plain.writeJSON(payload, to: room)
        case .envelope(let reader):
            let limit = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<(room.count - Self.reserve)])
            let outcome = unsafe reader.write(payload, to: limit)
            if case .needsSpace(let bytes) = outcome { return .needsSpace(bytes: bytes + Self.reserve) }
            return unsafe plain.checkFields(in: room, after: outcome)
        case .primitive(let type):
            var output = unsafe JSONOutput(room)
            if let error = unsafe type.write(payload, to: &output) { return .rejected(error) }
            return output.hasOverflowed
                ? .needsSpace(bytes: output.count + Self.reserve) : .row(bytesWritten: output.count)
        case .registered(let rows): return unsafe rows.write(payload, of: message, to: room, in: file)
        }
    }
}
