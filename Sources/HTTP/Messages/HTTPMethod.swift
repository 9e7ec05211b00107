/// A request's method.
package struct HTTPMethod: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String

    /// Creates a method from its name.
    package init(rawValue: String) { self.rawValue = rawValue }

    package static let get = HTTPMethod(rawValue: "GET")
    package static let head = HTTPMethod(rawValue: "HEAD")
    package static let post = HTTPMethod(rawValue: "POST")
    package static let put = HTTPMethod(rawValue: "PUT")
    package static let patch = HTTPMethod(rawValue: "PATCH")
    package static let delete = HTTPMethod(rawValue: "DELETE")

    package var description: String { rawValue }
}
