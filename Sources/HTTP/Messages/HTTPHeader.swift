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

    /// Whether the field is one line with a name that HTTP allows (RFC 9110, 5.1 and 5.5), so that nothing that it is made of
    /// can become a field, or a request, of its own.
    var isOneLine: Bool {
        Self.isName(name) && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    /// Whether a field may have this name: letters, digits and some signs.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}

extension [HTTPHeader] {
    /// The first value of a field, whatever the case of its name.
    func first(_ name: String) -> String? {
        first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
    }
}
