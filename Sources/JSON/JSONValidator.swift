internal import CSimdJSON

/// Checks JSON documents where they lie.
///
/// One per working thread: it is not `Sendable`, and reuses simdjson's buffer. A document that simdjson's first stage
/// and the grammar over it accept is JSON; they check some gigabytes a second. For every other document
/// ``StrictJSONScanner`` says what is wrong with it and where.
@safe
package final class JSONValidator {
    /// What one document is.
    package enum Verdict: Sendable, Equatable {
        /// One JSON document, or nothing but white space.
        case valid(JSONRoot)
        /// Not one JSON document, and why, with the place.
        case invalid(String)
    }

    /// How many readable bytes must follow a document.
    package static let slack = Int(CSIMDJSON_PADDING)

    private let checker: OpaquePointer
    /// Whether the last verdict was the scanner's.
    private(set) var usedScanner = false

    /// Whether the last document has neither a backslash nor a control character, and so no line break.
    package var isPlain: Bool { unsafe csimdjson_is_plain(checker) }

    /// Creates a validator; its buffers are allocated with the first document.
    package init() {
        guard let checker = unsafe csimdjson_create() else { fatalError("out of memory") }
        unsafe self.checker = checker
    }

    deinit { unsafe csimdjson_destroy(checker) }

    /// Returns what one document is, checked in place.
    ///
    /// At least ``slack`` readable bytes must follow it.
    package func verdict(on bytes: UnsafeRawBufferPointer) -> Verdict {
        usedScanner = false
        guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else { return .valid(.blank) }
        switch unsafe csimdjson_check(checker, start.assumingMemoryBound(to: UInt8.self), bytes.count) {
        case CSIMDJSON_OBJECT: return .valid(.object)
        case CSIMDJSON_OBJECTS: return .valid(.objects)
        case CSIMDJSON_EMPTY_ARRAY: return .valid(.emptyArray)
        case CSIMDJSON_ARRAY: return .valid(.array)
        case CSIMDJSON_STRING: return .valid(.string)
        case CSIMDJSON_NUMBER: return .valid(.number)
        case CSIMDJSON_BOOLEAN: return .valid(.boolean)
        case CSIMDJSON_NULL: return .valid(.null)
        default: return unsafe scannedVerdict(on: bytes)
        }
    }

    private func scannedVerdict(on bytes: UnsafeRawBufferPointer) -> Verdict {
        usedScanner = true
        do throws(StrictJSONScanner.Fault) {
            return .valid(try unsafe StrictJSONScanner.scan(bytes))
        } catch {
            return .invalid("\(error.reason) at byte \(error.offset)")
        }
    }
}
