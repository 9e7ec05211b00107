/// One header field.
package struct HTTPHeader: Sendable, Hashable {
    /// The name as it was written; compare it without regard to case.
    package let name: String
    /// The value.
    package let value: String

    /// Creates a field.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
