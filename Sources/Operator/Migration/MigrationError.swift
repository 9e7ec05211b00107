/// Why nothing can be made of what `migrate` was given.
package struct MigrationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence that names the input and says what to do.
    package let message: String

    package var description: String { message }
}
