internal import JSON

/// Writes messages as rows into the caller's buffer.
///
/// One per lane: it is not `Sendable`. A message is copied once, to the place of its row, and checked there; nothing is
/// allocated for a good one.
@safe
package final class RecordConverter {
    /// How many bytes must follow a row in the buffer; a check may read them but does not write them.
    package static let slack = JSONValidator.slack

    /// What is converted into what.
    package let conversion: Conversion

    private let jsonRow: JSONRow
    private let validator = JSONValidator()

    /// Creates a converter.
    package init(_ conversion: Conversion) {
        self.conversion = conversion
        jsonRow = JSONRow(format: conversion.format)
    }

    private var format: RecordFormat { conversion.format }

    /// Begins the blob of the row that was written last.
    package func beginFile() -> BlobFile { BlobFile(layout: conversion.layout) }

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
        guard let value = unsafe message.value, unsafe !value.isEmpty else { return .skipped }
        let needed = value.count + 1 + Self.slack
        guard buffer.count - position >= needed else { return .needsSpace(bytes: needed) }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position...])
        let outcome = unsafe write(value, to: room)
        guard conversion.layout == .lines, case .row(let count) = outcome else { return outcome }
        if unsafe room[count - 1] == UInt8(ascii: "\n") { return outcome }
        unsafe room[count] = UInt8(ascii: "\n")
        return .row(bytesWritten: count + 1)
    }

    /// Writes a row that is not empty, without adding a newline after it.
    @inline(__always)
    private func write(_ value: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        switch (format.structure, conversion.converter) {
        case (.json, _): return unsafe jsonRow.write(value, to: room)
        case (_, .json): return unsafe checkFields(in: room, after: writeJSONText(value, to: room))
        case (.quotedFields(let separator), _):
            if let place = unsafe QuotedFields.openQuote(in: value, separator: separator) {
                return rejectOpenQuote(at: place, of: "the value")
            }
        case (.lines, _), (.wholeText, _), (.binary, _): break
        }
        guard conversion.converter != .bytes else {
            unsafe room.copyMemory(from: value)
            return .row(bytesWritten: value.count)
        }
        return unsafe writeText(value, to: room)
    }

    private func writeText(_ value: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        let repair = TextRepair(isASCII: conversion.options.charset == "US-ASCII")
        guard let repairedCount = unsafe repair.count(of: value) else {
            unsafe room.copyMemory(from: value)
            return .row(bytesWritten: value.count)
        }
        let needed = repairedCount + 1 + Self.slack
        guard room.count >= needed else { return .needsSpace(bytes: needed) }
        unsafe repair.write(value, to: room)
        return .row(bytesWritten: repairedCount)
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

    /// Refuses a row that was written from JSON when a field in quotes is open at its end.
    private func checkFields(
        in room: UnsafeMutableRawBufferPointer,
        after outcome: RecordOutcome
    ) -> RecordOutcome {
        guard case .quotedFields(let separator) = format.structure, case .row(let count) = outcome else {
            return outcome
        }
        let row = unsafe UnsafeRawBufferPointer(rebasing: room[..<count])
        guard let place = unsafe QuotedFields.openQuote(in: row, separator: separator) else { return outcome }
        return rejectOpenQuote(at: place, of: "the row that the JSON value becomes")
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
