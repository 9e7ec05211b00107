/// Why a key store cannot be used.
package struct KeyStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case tooLarge, unrecognized, unsupported, damaged, passwordMissing, wrongPassword, noCertificate
        }

        private let kind: Kind
        /// It has more bytes or entries, or costs more work, than is read.
        package static let tooLarge = Code(kind: .tooLarge)
        /// It is in no format that is known.
        package static let unrecognized = Code(kind: .unrecognized)
        /// It is in a format, or encrypted in a way, that is not read.
        package static let unsupported = Code(kind: .unsupported)
        /// It does not keep to its format.
        package static let damaged = Code(kind: .damaged)
        /// It is encrypted, and there is no password.
        package static let passwordMissing = Code(kind: .passwordMissing)
        /// The password is not the one with which it was protected; or it was changed since.
        package static let wrongPassword = Code(kind: .wrongPassword)
        /// There is nothing in it, or no certificate for its key.
        package static let noCertificate = Code(kind: .noCertificate)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// What is wrong and what to do, to be said behind the name of the property and of the file; without any secret.
    package let message: String
    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Returns a name of somebody else's, in quotes, as it may be shown.
    static func shown(_ name: String) -> String { "'\(ShownText.of(name, limit: 64))'" }
}
