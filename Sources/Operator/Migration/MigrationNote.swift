/// Something that a person should know about what `migrate` made.
package struct MigrationNote: Sendable, Hashable, CustomStringConvertible {
    /// What kind of note it is, the weightiest first; the raw value begins its line.
    package enum Kind: String, Sendable, CaseIterable {
        /// A property has no counterpart, or its value has none.
        case notCarriedOver = "not carried over"
        /// Everything is there, and a person should look at it.
        case warning
        /// A value has to be filled in before the output is applied.
        case fillIn = "fill in"
        /// A property that did nothing, or does nothing here: nothing is lost without it.
        case noEffect = "no effect"
        /// A part of the input that is no connector of ours.
        case skipped
    }

    /// What kind of note it is.
    package let kind: Kind
    /// The connector's name, or the input's.
    package let subject: String
    /// The properties that it is about.
    package let properties: [String]
    /// Why, and what to do, as a sentence without a final dot; it never holds a credential.
    package let text: String

    /// Creates a note.
    package init(_ kind: Kind, _ subject: String, _ properties: [String] = [], _ text: String) {
        self.kind = kind
        self.subject = subject
        self.properties = properties
        self.text = text
    }

    /// The notes by kind, those of a kind in their order.
    static func sorted(_ notes: [MigrationNote]) -> [MigrationNote] {
        Kind.allCases.flatMap { kind in notes.filter { $0.kind == kind } }
    }

    package var description: String {
        let names = properties.isEmpty ? "" : properties.joined(separator: ", ") + ": "
        let line = "\(kind.rawValue): \(subject): \(names)\(text)"
        // Names come from the input, and each note is one line.
        return String(
            String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 })
        )
    }
}
