/// A line of a worker's log in its text form: `TIME LEVEL logger: message key=value …`.
struct WorkerLine: Sendable {
    /// The whole line.
    let text: String
    /// The level in capitals, such as `WARNING`; empty when the line has another form.
    let level: String

    init(_ text: String) {
        self.text = text
        let words = text.split(separator: " ", maxSplits: 2)
        level = words.count == 3 && words[1].allSatisfy(\.isUppercase) ? String(words[1]) : ""
    }

    /// Whether somebody should look at it.
    var isAlarming: Bool { ["WARNING", "ERROR"].contains(level) }

    /// The line without its time, which is another one at each run.
    var withoutTime: String {
        level.isEmpty ? text : String(text.drop { $0 != " " }.drop { $0 == " " })
    }

    /// The value of a key that has no blanks in it, or `nil` when the line has no such key.
    func value(_ key: String) -> String? {
        text.split(separator: " ").first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    /// Whether the line is about single records.
    var isAboutRecords: Bool { value("kafka.offset") != nil }
}
