/// A failure of a group of services as such; what a service throws passes unchanged.
package struct ServiceGroupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case serviceFinishedUnexpectedly }
        private let kind: Kind
        /// A service returned although nobody had asked it to stop.
        package static let serviceFinishedUnexpectedly = Code(kind: .serviceFinishedUnexpectedly)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system.
    package let message: String

    /// The sentence.
    package var description: String { message }
}
