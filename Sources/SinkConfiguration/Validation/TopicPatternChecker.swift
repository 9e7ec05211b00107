/// Walks a regular expression and refuses what Java and POSIX read differently.
struct TopicPatternChecker {
    private var rest: Substring

    init(_ expression: String) { rest = expression[...] }

    /// - Throws: ``TopicPattern/Refusal`` with the construct that is not allowed.
    mutating func check() throws(TopicPattern.Refusal) {
        guard !rest.isEmpty else { throw .init(reason: "the expression is empty") }
        try alternatives(isGroup: false)
        guard rest.isEmpty else { throw .init(reason: "a closing parenthesis has no opening one") }
    }

    private mutating func alternatives(isGroup: Bool) throws(TopicPattern.Refusal) {
        var isEmpty = true
        while let next = rest.first, next != ")" {
            rest.removeFirst()
            if next == "|" {
                if isEmpty { throw .init(reason: "an alternative is empty") }
                isEmpty = true
                continue
            }
            try atom(next)
            try quantifier()
            isEmpty = false
        }
        if isEmpty { throw .init(reason: isGroup ? "a group or alternative is empty" : "an alternative is empty") }
    }

    private mutating func atom(_ first: Character) throws(TopicPattern.Refusal) {
        switch first {
        case "\\":
            guard let escaped = rest.popFirst() else { throw .init(reason: "a backslash ends the expression") }
            guard ".\\[]{}()*+?|^$".contains(escaped) else {
                throw .init(reason: "\\\(escaped) is not allowed; write a class such as [0-9] or [A-Za-z0-9_]")
            }
        case "(":
            guard rest.first != "?" else { throw .init(reason: "(?…) is not allowed") }
            try alternatives(isGroup: true)
            guard rest.popFirst() == ")" else { throw .init(reason: "a parenthesis is not closed") }
        case "[": try bracket()
        case "*", "+", "?", "{": throw .init(reason: "\(first) has nothing to repeat")
        case "^", "$": throw .init(reason: "\(first) is not allowed; the expression matches the whole name by itself")
        case "}", "]": throw .init(reason: "\(first) must be escaped with a backslash")
        default: break
        }
    }

    private mutating func bracket() throws(TopicPattern.Refusal) {
        if rest.first == "^" { rest.removeFirst() }
        var isEmpty = true
        while let next = rest.popFirst() {
            switch next {
            case "]" where !isEmpty: return
            case "[", "]", "\\", "^": throw .init(reason: "\(next) inside […] is not allowed")
            case "&" where rest.first == "&": throw .init(reason: "&& inside […] is not allowed")
            default: isEmpty = false
            }
        }
        throw .init(reason: "[ is not closed")
    }

    private mutating func quantifier() throws(TopicPattern.Refusal) {
        switch rest.first {
        case "*", "+", "?": rest.removeFirst()
        case "{":
            guard let match = rest.prefixMatch(of: /\{([0-9]{1,3})(,([0-9]{1,3})?)?\}/) else {
                throw .init(reason: "{ must begin a repetition such as {2} or {1,3}, or be escaped")
            }
            rest = rest[match.range.upperBound...]
        default: return
        }
        if let next = rest.first, "*+?{".contains(next) {
            throw .init(reason: "lazy and possessive repetitions are not allowed")
        }
    }
}
