/// Walks a regular expression and refuses what Java and POSIX read differently, and what would take too much to match.
struct TopicPatternChecker {
    /// The most characters and classes of an expression with all its repetitions written out: the C library builds a
    /// state for each.
    private static let maximumSize = 10_000
    /// How deep groups may stand in each other.
    private static let maximumDepth = 30

    private var rest: Substring
    private var depth = 0

    init(_ expression: String) { rest = expression[...] }

    /// - Throws: ``TopicPattern/Refusal`` with the construct that is not allowed.
    mutating func check() throws(TopicPattern.Refusal) {
        guard !rest.isEmpty else { throw .init(reason: "the expression is empty") }
        _ = try alternatives(isGroup: false)
        guard rest.isEmpty else { throw .init(reason: "a closing parenthesis has no opening one") }
    }

    /// Passes over alternatives and returns their size with all repetitions written out.
    private mutating func alternatives(isGroup: Bool) throws(TopicPattern.Refusal) -> Int {
        var isEmpty = true
        var size = 0
        while let next = rest.first, next != ")" {
            rest.removeFirst()
            if next == "|" {
                if isEmpty { throw .init(reason: "an alternative is empty") }
                isEmpty = true
                continue
            }
            // Both factors are small, so neither product nor sum can overflow.
            size += try atom(next) * quantifier()
            guard size <= Self.maximumSize else {
                throw .init(reason: "it is too large, with all repetitions written out; repeat less")
            }
            isEmpty = false
        }
        if isEmpty { throw .init(reason: isGroup ? "a group or alternative is empty" : "an alternative is empty") }
        return size
    }

    private mutating func atom(_ first: Character) throws(TopicPattern.Refusal) -> Int {
        switch first {
        case "\\":
            guard let escaped = rest.popFirst() else { throw .init(reason: "a backslash ends the expression") }
            guard ".\\[]{}()*+?|^$".contains(escaped) else {
                throw .init(reason: "\\\(escaped) is not allowed; write a class such as [0-9] or [A-Za-z0-9_]")
            }
        case "(":
            guard rest.first != "?" else { throw .init(reason: "(?…) is not allowed") }
            depth += 1
            guard depth <= Self.maximumDepth else { throw .init(reason: "groups stand too deep in each other") }
            let size = try alternatives(isGroup: true)
            depth -= 1
            guard rest.popFirst() == ")" else { throw .init(reason: "a parenthesis is not closed") }
            return size
        case "[": try bracket()
        case "*", "+", "?", "{": throw .init(reason: "\(first) has nothing to repeat")
        case "^", "$": throw .init(reason: "\(first) is not allowed; the expression matches the whole name by itself")
        case "}", "]": throw .init(reason: "\(first) must be escaped with a backslash")
        case "\0": throw .init(reason: "a NUL character is not allowed")
        default: break
        }
        return 1
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

    /// Passes over a repetition, if there is one, and returns how often the C library writes out what is repeated.
    private mutating func quantifier() throws(TopicPattern.Refusal) -> Int {
        var times = 1
        switch rest.first {
        case "*", "+", "?": rest.removeFirst()
        case "{":
            guard let match = rest.prefixMatch(of: /\{([0-9]{1,3})(,([0-9]{1,3})?)?\}/) else {
                throw .init(reason: "{ must begin a repetition such as {2} or {1,3}, or be escaped")
            }
            rest = rest[match.range.upperBound...]
            times = max(1, Int(match.output.3 ?? match.output.1) ?? 1)
        default: return times
        }
        if let next = rest.first, "*+?{".contains(next) {
            throw .init(reason: "lazy and possessive repetitions are not allowed")
        }
        return times
    }
}
