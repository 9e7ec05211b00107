/// Data that could not be unpacked.
package struct CompressionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable {
        private enum Kind { case corrupt, truncated, tooLarge }
        private let kind: Kind
        /// The bytes are not gzip, or a checksum does not hold.
        package static let corrupt = Code(kind: .corrupt)
        /// The data ends inside a member.
        package static let truncated = Code(kind: .truncated)
        /// The unpacked data exceeds the caller's limit.
        package static let tooLarge = Code(kind: .tooLarge)
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence: what is wrong with the data.
    package let message: String

    package var description: String { message }
}
