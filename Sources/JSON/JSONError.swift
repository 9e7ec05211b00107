/// Text that is not JSON.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case invalid, tooDeep }
        private let kind: Kind
        /// The text breaks the grammar of RFC 8259.
        package static let invalid = Code(kind: .invalid)
        /// Arrays and objects are nested deeper than ``StrictJSONScanner/maximumDepth``.
        package static let tooDeep = Code(kind: .tooDeep)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// What is wrong, without the place.
    package let reason: String
    /// Bytes before the offending one.
    package let offset: Int
    /// The offending byte's line, from 1.
    package let line: Int

    /// One sentence: what is wrong and where.
    package var message: String { "\(reason) at line \(line), byte \(offset)" }
    package var description: String { message }

    init(_ fault: StrictJSONScanner.Fault, in bytes: UnsafeRawBufferPointer) {
        code = fault.isDepth ? .tooDeep : .invalid
        reason = "\(fault.reason)"
        offset = fault.offset
        line = unsafe 1 + bytes.prefix(fault.offset).count { $0 == UInt8(ascii: "\n") }
    }
}
