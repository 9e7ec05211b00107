internal import Secrets

/// A property as one of its sources has it.
struct WrittenProperty: Sendable {
    let name: String
    /// The value with its references, and blanks around it.
    let value: String
    let origin: PropertyOrigin

    init(_ name: String, _ value: String, _ origin: PropertyOrigin) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}

/// Where a property is written.
package struct PropertyOrigin: Sendable, Hashable {
    /// The file's path, `environment`, or what else the properties come from.
    package let source: String
    /// The line in the file, from 1, when it is known.
    package var line: Int?
    /// The variable of the environment.
    package var variable: String?
    /// Whether the source is a file.
    var isFile = false
    /// The file's lines, when they are natural lines of Java's format.
    var lines = Lines()

    /// How a value is spread over the lines of a file.
    struct Lines: Sendable, Hashable {
        /// The bytes of the value, as the file has it, in front of each line after the first.
        var breaks: [Int] = []
        /// The bytes in front of the value that are no part of it, since they are blank.
        var indent = 0
        /// Whether lines may be continued at all.
        var isContinuable = false
        /// Whether the last line ends in a backslash and blanks.
        var endsInEscapedBlank = false
    }

    /// The place for messages, such as `sink.properties:12`, or `nil` when there is nothing to say.
    package var place: String? {
        if let variable { return "environment variable \(variable)" }
        guard isFile else { return nil }
        return line.map { "\(source):\($0)" } ?? source
    }

    /// The place of a byte of the value, without the blanks around it.
    func place(ofByte offset: Int) -> String? {
        guard isFile, let line else { return place }
        return "\(source):\(line + lines.breaks.count { $0 <= offset + lines.indent })"
    }

    /// The last line that the value is on.
    var lastLine: Int? { line.map { $0 + lines.breaks.count } }

    /// Whether the property is on a line of its file.
    func spans(_ number: Int) -> Bool {
        guard let line, let lastLine else { return false }
        return (line...lastLine).contains(number)
    }
}
