internal import Glibc
internal import JSON

/// Writes messages as rows of JSON: an object, or an array of objects.
///
/// When a `multijson` file holds anything else, Azure Data Explorer throws the whole file away, after it has accepted
/// it. So here anything else is an error of its message, whatever the converter. A text that holds an object or an
/// array of objects was encoded twice by its producer; its content is the row.
@safe
final class JSONRow {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let format: RecordFormat
    private let validator = JSONValidator()

    init(format: RecordFormat) { self.format = format }

    /// Writes one message's row to the start of `room`, without a newline after it.
    /// - Parameters:
    ///   - value: The message's value, not empty.
    ///   - room: Has room for the value and ``JSONValidator/slack`` bytes after it.
    func write(_ value: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        let text = unsafe Self.withoutByteOrderMark(value)
        unsafe room.copyMemory(from: text)
        return unsafe check(UnsafeMutableRawBufferPointer(rebasing: room[..<text.count]))
    }

    /// Makes a row of a text that stands at its place already, and may begin with a byte order mark.
    /// - Parameter text: Not empty, with ``JSONValidator/slack`` readable bytes after it.
    func checkText(_ text: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        let document = unsafe Self.withoutByteOrderMark(UnsafeRawBufferPointer(text))
        if document.count < text.count { unsafe text.copyMemory(from: document) }
        return unsafe check(UnsafeMutableRawBufferPointer(rebasing: text[..<document.count]))
    }

    /// Makes a row of a document that stands at its place already.
    /// - Parameter document: Not empty, with ``JSONValidator/slack`` readable bytes after it.
    func check(_ document: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        switch unsafe validator.verdict(on: UnsafeRawBufferPointer(document)) {
        case .valid(.object), .valid(.objects): return unsafe row(document)
        case .valid(.emptyArray), .valid(.null), .valid(.blank): return .skipped
        case .valid(.string): return unsafe writeContent(document)
        case .valid(.array): return reject("a JSON array that holds something other than objects")
        case .valid(.number): return reject("a JSON number")
        case .valid(.boolean): return reject("a JSON Boolean")
        case .invalid(let reason): return reject("not JSON (\(reason))")
        }
    }

    /// Writes the content of a document that is a string.
    private func writeContent(_ document: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        let count = unsafe JSONText.decode(document)
        var content = unsafe UnsafeMutableRawBufferPointer(rebasing: document[..<count])
        let text = unsafe Self.withoutByteOrderMark(UnsafeRawBufferPointer(content))
        if text.count < count {
            unsafe content.copyMemory(from: text)
            unsafe content = UnsafeMutableRawBufferPointer(rebasing: content[..<text.count])
        }
        switch unsafe validator.verdict(on: UnsafeRawBufferPointer(content)) {
        case .valid(.object), .valid(.objects): return unsafe row(content)
        case .valid(.emptyArray), .valid(.null), .valid(.blank): return .skipped
        case .valid: return reject("a JSON string that holds no object")
        case .invalid: return reject("a JSON string whose text is not JSON itself")
        }
    }

    private func row(_ document: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        .row(bytesWritten: unsafe JSONLine.flatten(document, hasBreaks: !validator.isPlain))
    }

    private func reject(_ found: String) -> RecordOutcome {
        .rejected(
            ConverterError(
                .invalidRecord,
                "the value is \(found), but format=\(format) takes a JSON object, an array of objects, or a string that "
                    + "holds one of these; correct the producer, or map the topic with a format that takes such values, "
                    + "as txt does"
            )
        )
    }

    /// The text without the mark that some programs put before UTF-8.
    static func withoutByteOrderMark(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard text.count >= byteOrderMark.count, unsafe text[0] == byteOrderMark[0],
            unsafe text[1] == byteOrderMark[1], unsafe text[2] == byteOrderMark[2]
        else { return unsafe text }
        return unsafe UnsafeRawBufferPointer(rebasing: text[byteOrderMark.count...])
    }
}
