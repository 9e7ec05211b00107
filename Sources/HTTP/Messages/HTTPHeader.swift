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

    /// Creates a field.
    package init(_ name: String, _ value: String) { self.init(name: name, value: value) }
}

extension [HTTPHeader] {
    /// The first value of a field, whatever the case of its name.
    func first(_ name: String) -> String? {
        first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
    }
}
