/// The JSONPath of ingestion mappings: `$`, names after a dot or in brackets, and array indices.
package struct JSONPath: Sendable, Hashable {
    /// One step from a value to a value inside it.
    package enum Step: Sendable, Hashable {
        /// A member of an object.
        case member(String)
        /// An element of an array; negative counts from the end.
        case element(Int)
    }

    /// The steps from the document's root.
    package let steps: [Step]

    /// Reads a path such as `$.a['b c'][0]`; `nil` when it is not one.
    package init?(_ text: String) {
        guard text.hasPrefix("$") else { return nil }
        var steps: [Step] = []
        var rest = text.dropFirst()
        while let first = rest.first {
            rest = rest.dropFirst()
            switch first {
            case ".":
                if rest.first == "[" { continue }
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty, name != "*" else { return nil }
                steps.append(.member(String(name)))
                rest = rest.dropFirst(name.count)
            case "[":
                guard let (step, remainder) = Self.bracketed(rest) else { return nil }
                steps.append(step)
                rest = remainder
            default: return nil
            }
        }
        self.steps = steps
    }

    /// The path of a member of the document.
    package init(member: String) { steps = [.member(member)] }

    /// The value at this path, or `nil` when there is none.
    package func value(in document: JSONValue) -> JSONValue? {
        var current = document
        for step in steps {
            let next: JSONValue? =
                switch step {
                case .member(let name): current[name]
                case .element(let index): Self.element(index, of: current)
                }
            guard let next else { return nil }
            current = next
        }
        return current
    }

    private static func element(_ index: Int, of value: JSONValue) -> JSONValue? {
        guard let elements = value.arrayValue else { return nil }
        let position = index < 0 ? elements.count + index : index
        guard elements.indices.contains(position) else { return nil }
        return elements[position]
    }

    private static func bracketed(_ text: Substring) -> (Step, Substring)? {
        guard let quote = text.first, quote == "'" || quote == "\"" else {
            guard let end = text.firstIndex(of: "]"), let index = Int(text[..<end]) else { return nil }
            return (.element(index), text[text.index(after: end)...])
        }
        var name = ""
        var isEscaped = false
        for index in text.indices.dropFirst() {
            let character = text[index]
            if isEscaped {
                name.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == quote {
                let tail = text[text.index(after: index)...]
                return tail.first == "]" ? (.member(name), tail.dropFirst()) : nil
            } else {
                name.append(character)
            }
        }
        return nil
    }
}
