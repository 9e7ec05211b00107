internal import CSimdJSON

/// Checks JSON documents where they lie, over one simdjson DOM parser.
///
/// One per thread of work: it is not `Sendable`, and reuses the parser's buffers, which grow with the largest document.
/// simdjson refuses numbers that it cannot hold (1e400, integers from 2^64); on that error alone
/// ``StrictJSONScanner`` decides.
@safe
package final class JSONValidator {
    /// What one document is.
    package enum Verdict: Sendable, Equatable {
        case object, array, string, number, boolean, null
        /// Nothing but white space.
        case blank
        /// Not one JSON document, and why.
        case invalid(String)
    }

    /// How many readable bytes must follow a document.
    package static let slack = Int(CSIMDJSON_PADDING)

    private let parser: OpaquePointer
    /// Whether the last verdict was the scanner's.
    private(set) var usedScanner = false

    /// Whether the last document has neither a backslash nor a control character, and so no line break.
    package var isPlain: Bool { unsafe csimdjson_is_plain(parser) }

    /// Creates a validator; its buffers are allocated with the first document.
    package init() {
        guard let parser = unsafe csimdjson_create() else { fatalError("out of memory") }
        unsafe self.parser = parser
    }

    deinit { unsafe csimdjson_destroy(parser) }

    /// Returns what one document is, checked in place.
    ///
    /// At least ``slack`` readable bytes must follow it.
    package func verdict(on bytes: UnsafeRawBufferPointer) -> Verdict {
        usedScanner = false
        guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else { return .blank }
        switch unsafe csimdjson_check(parser, start.assumingMemoryBound(to: UInt8.self), bytes.count) {
        case CSIMDJSON_OBJECT: return .object
        case CSIMDJSON_ARRAY: return .array
        case CSIMDJSON_STRING: return .string
        case CSIMDJSON_NUMBER: return .number
        case CSIMDJSON_BOOLEAN: return .boolean
        case CSIMDJSON_NULL: return .null
        case CSIMDJSON_BLANK: return .blank
        case CSIMDJSON_INVALID: return .invalid(unsafe String(cString: csimdjson_message(parser)))
        default: return unsafe scannedVerdict(on: bytes)
        }
    }

    /// Calls `body` with the decoded UTF-8 text of a document whose root is a string.
    /// - Parameters:
    ///   - bytes: The document, followed by at least ``slack`` readable bytes.
    ///   - body: Gets the text, which ends with the call.
    /// - Returns: What `body` returned, or `nil` when the document is no string.
    package func withDecodedString<R>(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R? {
        guard unsafe verdict(on: bytes) == .string else { return nil }
        var length = 0
        guard let text = unsafe csimdjson_string(parser, &length) else { return nil }
        return try unsafe body(UnsafeRawBufferPointer(start: text, count: length))
    }

    private func scannedVerdict(on bytes: UnsafeRawBufferPointer) -> Verdict {
        usedScanner = true
        do throws(StrictJSONScanner.Fault) {
            switch try unsafe StrictJSONScanner.scan(bytes) {
            case .object: return .object
            case .array: return .array
            case .string: return .string
            case .number: return .number
            case .boolean: return .boolean
            case .null: return .null
            case .blank: return .blank
            }
        } catch {
            return .invalid("\(error.reason) at byte \(error.offset)")
        }
    }
}
