/// Text that is not YAML, or YAML that has no counterpart in JSON.
package struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case syntax, unsupported, tooLarge }
        private let kind: Kind
        /// The text breaks YAML's grammar.
        package static let syntax = Code(kind: .syntax)
        /// The text uses a feature that JSON's values cannot express, or that is unsafe.
        package static let unsupported = Code(kind: .unsupported)
        /// Nesting or the expansion of aliases exceeds its bound.
        package static let tooLarge = Code(kind: .tooLarge)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// What is wrong, without the place.
    package let reason: String
    /// The line of the offending text, from 1.
    package let line: Int

    /// One sentence: what is wrong and where.
    package var message: String { "\(reason) at line \(line)" }
    package var description: String { message }
}
