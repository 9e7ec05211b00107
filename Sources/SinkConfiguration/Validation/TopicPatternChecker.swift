/// Walks a regular expression and refuses what Java and POSIX read differently, and what would take too much to match.
///
/// The C library writes repetitions out and follows every way on which nothing is read, so with `^((((a?)?)?){99}){99}`
/// it is busy for ever. What is accepted has few states, and from each to each at most one such way: nothing that may
/// be empty is repeated, and of the alternatives of a group at most one may be empty.
struct TopicPatternChecker {
    /// The most characters and classes of an expression with all its repetitions written out.
    ///
    /// The C library builds a state for each. A topic's name has at most 249 characters.
    private static let maximumSize = 500
    /// How deep groups may stand in each other.
    private static let maximumDepth = 30

    /// What is known of a part of the expression.
    private struct Part {
        /// Its characters and classes, with all repetitions written out.
        var size = 0
        /// Whether it matches a name of no characters.
        var mayBeEmpty = true
    }

    private var rest: Substring
    private var depth = 0

    init(_ expression: String) { rest = expression[...] }

    /// - Throws: ``TopicPattern/Refusal`` with the construct that is not allowed.
    mutating func check() throws(TopicPattern.Refusal) {
        guard !rest.isEmpty else { throw .init(reason: "the expression is empty") }
        _ = try alternatives(isGroup: false)
        guard rest.isEmpty else { throw .init(reason: "a closing parenthesis has no opening one") }
    }

    /// Passes over alternatives.
    private mutating func alternatives(isGroup: Bool) throws(TopicPattern.Refusal) -> Part {
        var isMissing = true
        var alternative = Part()
        var all = Part(mayBeEmpty: false)
        func end() throws(TopicPattern.Refusal) {
            if isMissing {
                throw .init(reason: isGroup ? "a group or alternative is empty" : "an alternative is empty")
            }
            guard !(all.mayBeEmpty && alternative.mayBeEmpty) else {
                throw .init(reason: "more than one alternative may match nothing; write (a|b)? instead of (a?|b?)")
            }
            all.mayBeEmpty = all.mayBeEmpty || alternative.mayBeEmpty
        }
        while let next = rest.first, next != ")" {
            rest.removeFirst()
            if next == "|" {
                try end()
                (isMissing, alternative) = (true, Part())
                continue
            }
            let part = try repetition(of: atom(next))
            all.size += part.size
            guard all.size <= Self.maximumSize else {
                throw .init(
                    reason: """
                        it is too large: with all repetitions written out it may have \(Self.maximumSize) characters and \
                        classes; repeat less, or use * or +
                        """
                )
            }
            alternative.mayBeEmpty = alternative.mayBeEmpty && part.mayBeEmpty
            isMissing = false
        }
        try end()
        return all
    }

    private mutating func atom(_ first: Character) throws(TopicPattern.Refusal) -> Part {
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
            let group = try alternatives(isGroup: true)
            depth -= 1
            guard rest.popFirst() == ")" else { throw .init(reason: "a parenthesis is not closed") }
            return group
        case "[": try bracket()
        case "*", "+", "?", "{": throw .init(reason: "\(first) has nothing to repeat")
        case "^", "$": throw .init(reason: "\(first) is not allowed; the expression matches the whole name by itself")
        case "}", "]": throw .init(reason: "\(first) must be escaped with a backslash")
        case "\0": throw .init(reason: "a NUL character is not allowed")
        default: break
        }
        return Part(size: 1, mayBeEmpty: false)
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

    /// Passes over a repetition, if there is one, and returns what comes of the part that stands before it.
    private mutating func repetition(of part: Part) throws(TopicPattern.Refusal) -> Part {
        let least: Int
        // How often the C library writes out what is repeated.
        let times: Int
        switch rest.first {
        case "*", "?":
            rest.removeFirst()
            (least, times) = (0, 1)
        case "+":
            rest.removeFirst()
            (least, times) = (1, 2)
        case "{":
            guard let match = rest.prefixMatch(of: /\{([0-9]{1,3})(,([0-9]{1,3})?)?\}/) else {
                throw .init(reason: "{ must begin a repetition such as {2} or {1,3}, or be escaped")
            }
            rest = rest[match.range.upperBound...]
            least = Int(match.output.1) ?? 0
            times = max(1, match.output.3.flatMap { Int($0) } ?? (match.output.2 == nil ? least : least + 1))
        default: return part
        }
        if let next = rest.first, "*+?{".contains(next) {
            throw .init(reason: "lazy and possessive repetitions are not allowed")
        }
        guard !part.mayBeEmpty else {
            throw .init(reason: "what may match nothing is repeated; write (a|b)* instead of (a?b?)* or (a*|b)*")
        }
        // Both factors are small, so the product cannot overflow.
        return Part(size: part.size * times, mayBeEmpty: least == 0)
    }
}
