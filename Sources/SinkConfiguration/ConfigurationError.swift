/// A configuration that cannot be used, with everything that is wrong with it.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case unreadable, invalid }
        private let kind: Kind
        /// A file is missing or is not of its format.
        package static let unreadable = Code(kind: .unreadable)
        /// Properties are missing, have bad values or contradict each other.
        package static let invalid = Code(kind: .invalid)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// One thing that is wrong.
    package struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The property's name, or the file's when no property is to blame.
        package let subject: String
        /// What was expected and what to do, naming the property.
        package let message: String
        /// The part of the property's value that is to blame, or `nil` for the whole.
        package let element: ValueElement?
        /// Where the property is written, such as `sink.properties:12`, or `nil` when that is not known.
        package var place: String?

        init(subject: String, message: String, element: ValueElement? = nil, place: String? = nil) {
            self.subject = subject
            self.message = message
            self.element = element
            self.place = place
        }

        package var description: String {
            let sentence = message.contains(subject) ? message : "\(subject): \(message)"
            return place.map { "\($0): \(sentence)" } ?? sentence
        }
    }

    /// What kind of failure this is.
    package let code: Code
    /// Everything that is wrong, in the order of the property table; never empty.
    package let problems: [Problem]
    /// What a person should know beside the problems, one sentence each: often a mistyped name is the cause of one.
    package let warnings: [String]

    init(
        code: Code,
        problems: [Problem],
        warnings: [String] = []
    ) {
        self.code = code
        self.problems = problems
        self.warnings = warnings
    }

    /// All problems in one line.
    package var message: String { problems.map(\.description).joined(separator: "; ") }
    package var description: String { message }
}

/// A place in a value that is a list of objects.
package struct ValueElement: Sendable, Hashable {
    /// The object's place in the list, from 0.
    package let index: Int
    /// The member's name, or `nil` for the whole object.
    package let key: String?
}
