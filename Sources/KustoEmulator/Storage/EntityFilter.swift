internal import JSON

/// A `$filter` of a query of table storage (Azure Storage REST, "Querying tables and entities").
///
/// Comparisons of a property with a text, number, truth value, GUID or time, with `and`, `or`, `not` and parentheses. A
/// row without the property never matches a comparison.
struct EntityFilter: Sendable, Equatable {
    private indirect enum Node: Sendable, Equatable {
        case comparison(String, Comparator, Literal)
        case both(Node, Node), either(Node, Node), negation(Node)
    }

    private enum Comparator: String, Sendable {
        case eq, ne, gt, ge, lt, le
    }

    private enum Literal: Sendable, Equatable {
        /// A text, GUID or time; the latter are kept as texts in rows too.
        case text(String)
        case number(Double)
        case truth(Bool)
    }

    private enum Token: Equatable {
        case word(String), text(String), open, close
    }

    private static let maximumDepth = 64

    private let root: Node

    /// Reads a filter; `nil` when it is none.
    init?(_ text: String) {
        guard let tokens = Self.tokens(text) else { return nil }
        var rest = tokens[...]
        guard let root = Self.either(&rest, depth: 0), rest.isEmpty else { return nil }
        self.root = root
    }

    /// Whether a row matches.
    func matches(_ row: JSONObject) -> Bool { Self.matches(root, row) }

    private static func matches(_ node: Node, _ row: JSONObject) -> Bool {
        switch node {
        case .both(let left, let right): matches(left, row) && matches(right, row)
        case .either(let left, let right): matches(left, row) || matches(right, row)
        case .negation(let inner): !matches(inner, row)
        case .comparison(let name, let comparison, let literal):
            switch (row[name], literal) {
            case (.some(let value), .text(let text)): value.stringValue.map { compare($0, comparison, text) } ?? false
            case (.some(let value), .number(let number)):
                value.doubleValue.map { compare($0, comparison, number) } ?? false
            case (.some(let value), .truth(let truth)):
                value.boolValue.map { compare($0 ? 1 : 0, comparison, truth ? 1 : 0) } ?? false
            case (nil, _): false
            }
        }
    }

    private static func compare<Value: Comparable>(_ left: Value, _ comparison: Comparator, _ right: Value) -> Bool {
        switch comparison {
        case .eq: left == right
        case .ne: left != right
        case .gt: left > right
        case .ge: left >= right
        case .lt: left < right
        case .le: left <= right
        }
    }

    private static func either(_ rest: inout ArraySlice<Token>, depth: Int) -> Node? {
        guard var node = both(&rest, depth: depth) else { return nil }
        while rest.first == .word("or") {
            rest.removeFirst()
            guard let right = both(&rest, depth: depth) else { return nil }
            node = .either(node, right)
        }
        return node
    }

    private static func both(_ rest: inout ArraySlice<Token>, depth: Int) -> Node? {
        guard var node = unary(&rest, depth: depth) else { return nil }
        while rest.first == .word("and") {
            rest.removeFirst()
            guard let right = unary(&rest, depth: depth) else { return nil }
            node = .both(node, right)
        }
        return node
    }

    private static func unary(_ rest: inout ArraySlice<Token>, depth: Int) -> Node? {
        guard depth < maximumDepth, let first = rest.popFirst() else { return nil }
        switch first {
        case .word("not"): return unary(&rest, depth: depth + 1).map { .negation($0) }
        case .open:
            guard let inner = either(&rest, depth: depth + 1), rest.popFirst() == .close else { return nil }
            return inner
        case .word(let name):
            guard case .word(let sign)? = rest.popFirst(), let comparison = Comparator(rawValue: sign),
                let literal = literal(&rest)
            else { return nil }
            return .comparison(name, comparison, literal)
        case .text, .close: return nil
        }
    }

    private static func literal(_ rest: inout ArraySlice<Token>) -> Literal? {
        switch rest.popFirst() {
        case .text(let text): return .text(text)
        case .word("true"): return .truth(true)
        case .word("false"): return .truth(false)
        case .word(let word):
            if ["guid", "datetime"].contains(word.lowercased()), case .text(let text)? = rest.popFirst() {
                return .text(text)
            }
            return Double(word.hasSuffix("L") ? String(word.dropLast()) : word).map { .number($0) }
        default: return nil
        }
    }

    private static func tokens(_ text: String) -> [Token]? {
        var tokens: [Token] = []
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            switch first {
            case " ": rest.removeFirst()
            case "(", ")":
                rest.removeFirst()
                tokens.append(first == "(" ? .open : .close)
            case "'":
                guard let literal = quoted(&rest) else { return nil }
                tokens.append(.text(literal))
            default:
                let word = rest.prefix { !" ()'".unicodeScalars.contains($0) }
                rest = rest[word.endIndex...]
                tokens.append(.word(String(word)))
            }
        }
        return tokens
    }

    /// Reads a text in quotes, in which a quote is written twice.
    static func quoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
        guard rest.popFirst() == "'" else { return nil }
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            guard scalar == "'" else {
                text.append(scalar)
                continue
            }
            guard rest.first == "'" else { return String(text) }
            rest.removeFirst()
            text.append("'")
        }
        return nil
    }
}
