internal import Glibc
internal import JSON

/// Writes messages as rows into a buffer of the caller's.
///
/// One per lane: it is not `Sendable`. A message is copied once, to where its row shall be, and checked there; nothing
/// is allocated for one that is good.
@safe
package final class RecordConverter {
    /// How many bytes of the buffer must follow a row, which a check may read but not write.
    package static let slack = JSONValidator.slack

    /// The converter that reads the messages.
    package let kind: ConverterKind
    /// The format that the rows are for.
    package let format: RecordFormat
    /// Whether every message is a file of its own, byte for byte, without a separator.
    package var isOneFilePerMessage: Bool { format.isBinary }

    private let validator = JSONValidator()

    /// Creates a converter.
    /// - Throws: ``ConverterError`` with `unsupported` when the messages are text and the format is binary.
    package init(kind: ConverterKind, format: RecordFormat) throws(ConverterError) {
        guard kind == .bytes || !format.isBinary else {
            throw ConverterError(
                .unsupported,
                "format=\(format) needs binary messages, so it cannot be used with \(kind.className)",
                exceptionClass: ConverterError.configException
            )
        }
        self.kind = kind
        self.format = format
    }

    /// Appends one message's row to `buffer` at `position`.
    /// - Parameter value: The message's value; nil for a tombstone. It must not overlap `buffer`.
    /// - Returns: What became of it; bytes before `position` are never touched.
    package func append(
        _ value: UnsafeRawBufferPointer?,
        to buffer: UnsafeMutableRawBufferPointer,
        at position: Int
    ) -> RecordOutcome {
        guard let value = unsafe value, unsafe !value.isEmpty else { return .skipped }
        let needed = value.count + 1 + Self.slack
        guard buffer.count - position >= needed else { return .needsSpace(bytes: needed) }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position...])
        switch kind {
        case .json: return unsafe appendJSON(value, room)
        case .string, .ascii: return unsafe appendText(value, room)
        case .bytes:
            unsafe room.copyMemory(from: value)
            return .row(bytesWritten: isOneFilePerMessage ? value.count : unsafe terminate(room, value.count))
        }
    }

    private func appendText(_ value: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        let repair = TextRepair(isASCII: kind == .ascii)
        guard let repairedCount = unsafe repair.count(of: value) else {
            unsafe room.copyMemory(from: value)
            return .row(bytesWritten: unsafe terminate(room, value.count))
        }
        let needed = repairedCount + 1 + Self.slack
        guard room.count >= needed else { return .needsSpace(bytes: needed) }
        unsafe repair.write(value, to: room)
        return .row(bytesWritten: unsafe terminate(room, repairedCount))
    }

    private func appendJSON(_ value: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer) -> RecordOutcome {
        unsafe room.copyMemory(from: value)
        let document = unsafe UnsafeRawBufferPointer(rebasing: room[..<value.count])
        switch unsafe validator.verdict(on: document) {
        case .object, .array, .number, .boolean:
            let count = unsafe Self.flatten(room, value.count, hasBreaks: !validator.isPlain)
            return .row(bytesWritten: unsafe terminate(room, count))
        case .string:
            let count = unsafe validator.withDecodedString(document) { text in
                // The text lies in the parser's own memory and is never longer than its document.
                unsafe room.copyMemory(from: text)
                return text.count
            }
            guard let count, count > 0 else { return .skipped }
            return .row(bytesWritten: unsafe terminate(room, count))
        case .null, .blank:
            return .skipped
        case .invalid(let reason):
            return .rejected(
                ConverterError(
                    .invalidRecord,
                    "Converting byte[] to Kafka Connect data failed due to serialization error: \(reason)"
                )
            )
        }
    }

    /// Puts a checked JSON document on one line, without white space around it, and returns its length.
    ///
    /// A line is a row for Azure Data Explorer's `json`. Line breaks in a valid document are only ever white space
    /// between its parts, so blanks in their place change nothing; without `hasBreaks` there are none to look for.
    private static func flatten(_ room: UnsafeMutableRawBufferPointer, _ count: Int, hasBreaks: Bool) -> Int {
        var end = count
        while end > 0, unsafe isWhiteSpace(room[end - 1]) { end -= 1 }
        var start = 0
        while start < end, unsafe isWhiteSpace(room[start]) { start += 1 }
        if start > 0, let base = room.baseAddress {
            unsafe base.copyMemory(from: base + start, byteCount: end - start)
        }
        let length = end - start
        guard hasBreaks else { return length }
        unsafe blank(UInt8(ascii: "\n"), in: UnsafeMutableRawBufferPointer(rebasing: room[..<length]))
        unsafe blank(UInt8(ascii: "\r"), in: UnsafeMutableRawBufferPointer(rebasing: room[..<length]))
        return length
    }

    /// Puts blanks in the place of a byte.
    private static func blank(_ byte: UInt8, in bytes: UnsafeMutableRawBufferPointer) {
        var rest = unsafe bytes
        while let base = rest.baseAddress, let found = unsafe memchr(base, Int32(byte), rest.count) {
            unsafe found.storeBytes(of: UInt8(ascii: " "), as: UInt8.self)
            let next = unsafe found - base + 1
            unsafe rest = UnsafeMutableRawBufferPointer(rebasing: rest[next...])
        }
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Ends a row of `count` bytes with a newline if it has none, and returns its length.
    private func terminate(_ room: UnsafeMutableRawBufferPointer, _ count: Int) -> Int {
        if unsafe room[count - 1] == UInt8(ascii: "\n") { return count }
        unsafe room[count] = UInt8(ascii: "\n")
        return count + 1
    }
}
