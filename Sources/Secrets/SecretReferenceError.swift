/// A reference to a value kept elsewhere that could not be followed.
package struct SecretReferenceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence: which reference, what is wrong with it, what to do.
    package let message: String

    package var description: String { message }
}
