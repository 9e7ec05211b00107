/// A value that must not be seen: everything that prints it prints `<redacted>`.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Creates a secret.
    package init(_ value: String) { self.value = value }

    /// Whether the value is empty.
    package var isEmpty: Bool { value.isEmpty }

    /// The value itself; to be called only where it goes on the wire.
    package func reveal() -> String { value }

    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
