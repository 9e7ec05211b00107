/// Why a token cannot be signed.
package struct SigningError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case unsuitableKey, failed }
        private let kind: Kind
        /// The key is not of RSA, or is too short.
        package static let unsuitableKey = Code(kind: .unsuitableKey)
        /// OpenSSL did not sign.
        package static let failed = Code(kind: .failed)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// What is wrong and what to do; without any secret.
    package let message: String
    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
