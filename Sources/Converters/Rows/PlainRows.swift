internal import JSON

/// Writes what needs no schema: text, bytes and JSON.
///
/// One per converter: it is not `Sendable`. Nothing is allocated for a good message.
@safe
final class PlainRows {
    private let format: RecordFormat
    private let decoder: TextDecoder
    private let jsonRow: JSONRow
    private let validator = JSONValidator()

    init(_ conversion: Conversion) {
        format = conversion.format
        decoder = TextDecoder(conversion.options.charset)
        jsonRow = JSONRow(format: conversion.format)
    }

    /// Writes a JSON document as a row of the format.
    /// - Parameters:
    ///   - document: Not empty, and not yet known to be JSON.
    ///   - room: Has room for it and ``JSONValidator/slack`` bytes after it.
    func writeJSON(_ document: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        if format.structure == .json { return unsafe jsonRow.write(document, to: room) }
        return unsafe checkFields(in: room, after: writeJSONText(document, to: room))
    }

    /// Writes text, or bytes that are taken for text of the format.
    /// - Parameters:
    ///   - value: Not empty.
    ///   - isBytes: Whether the bytes are kept as they are, rather than decoded by the charset.
    ///   - room: Has room for the value and ``JSONValidator/slack`` bytes after it.
    @inline(__always)
    func writeText(
        _ value: UnsafeRawBufferPointer,
        isBytes: Bool,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        if isBytes || decoder.charset == .utf8 {
            if format.structure == .json { return unsafe jsonRow.write(value, to: room) }
            if case .quotedFields(let separator) = format.structure,
                let place = unsafe QuotedFields.openQuote(in: value, separator: separator)
            {
                return rejectOpenQuote(at: place, of: "the value")
            }
            guard isBytes else { return unsafe decode(value, to: room) }
            unsafe room.copyMemory(from: value)
            return .row(bytesWritten: value.count)
        }
        let outcome = unsafe decode(value, to: room)
        guard format.structure == .json, case .row(let count) = outcome else {
            return unsafe checkFields(in: room, after: outcome)
        }
        return unsafe jsonRow.checkText(UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
    }

    private func decode(_ value: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        guard let count = unsafe decoder.count(of: value) else {
            unsafe room.copyMemory(from: value)
            return .row(bytesWritten: value.count)
        }
        let needed = count + RecordConverter.reserve
        guard room.count >= needed else { return .needsSpace(bytes: needed) }
        unsafe decoder.write(value, to: room)
        return count > 0 ? .row(bytesWritten: count) : .skipped
    }

    /// Writes JSON in a format that does not ask for JSON: the text of a string, any other value as JSON.
    private func writeJSONText(
        _ value: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        unsafe room.copyMemory(from: value)
        let document = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<value.count])
        switch unsafe validator.verdict(on: UnsafeRawBufferPointer(document)) {
        case .valid(.null), .valid(.blank): return .skipped
        case .valid(.string):
            let count = unsafe JSONText.decode(document)
            return count > 0 ? .row(bytesWritten: count) : .skipped
        case .valid:
            return .row(bytesWritten: unsafe JSONLine.flatten(document, hasBreaks: !validator.isPlain))
        case .invalid(let reason):
            return .rejected(
                ConverterError(
                    .invalidRecord,
                    "the value is not JSON (\(reason)); correct the producer, or set value.converter to StringConverter, "
                        + "which takes any text"
                )
            )
        }
    }

    /// Refuses a row that was made of other text when a field in quotes is open at its end.
    func checkFields(
        in room: UnsafeMutableRawBufferPointer,
        after outcome: RecordOutcome
    ) -> RecordOutcome {
        guard case .quotedFields(let separator) = format.structure, case .row(let count) = outcome else {
            return outcome
        }
        let row = unsafe UnsafeRawBufferPointer(rebasing: room[..<count])
        guard let place = unsafe QuotedFields.openQuote(in: row, separator: separator) else { return outcome }
        return rejectOpenQuote(at: place, of: "the row that the value becomes")
    }

    private func rejectOpenQuote(at place: Int, of text: String) -> RecordOutcome {
        .rejected(
            ConverterError(
                .invalidRecord,
                "a field in quotes begins at byte \(place) of \(text) and is never closed, so that format=\(format) "
                    + "would take the records behind it for its text; close it, double the quotes within it, or map the "
                    + "topic with a format that has no quotes, as txt and tsve have none"
            )
        )
    }
}
