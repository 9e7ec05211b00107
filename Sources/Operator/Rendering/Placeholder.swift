internal import JSON

/// The word that `migrate` writes where it does not know a value, and with which no worker may start.
enum Placeholder {
    /// The word.
    static let text = "REPLACE-ME"
    /// The word in Base64, as the `data` of a Secret has it.
    static let base64 = "UkVQTEFDRS1NRQ=="
    /// What is said of a field that holds it.
    static let message = "still holds \(text), which stands for a value that was not known; put the value there"

    /// A problem for each field of a spec that holds the word.
    static func problems(in spec: JSONValue?) -> [SpecProblem] {
        spec.map { problems(in: $0, at: "spec") } ?? []
    }

    private static func problems(in value: JSONValue, at path: String) -> [SpecProblem] {
        switch value {
        case .string(let string) where string.contains(text): [SpecProblem(.invalidSpec, path, message)]
        case .array(let elements):
            elements.enumerated().flatMap { problems(in: $0.element, at: "\(path)[\($0.offset)]") }
        case .object(let object):
            object.flatMap { name, value in
                problems(in: value, at: name.contains(".") ? "\(path)[\"\(name)\"]" : "\(path).\(name)")
            }
        default: []
        }
    }
}
