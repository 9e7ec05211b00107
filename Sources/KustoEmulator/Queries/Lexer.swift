/// Splits queries and commands into tokens.
struct Lexer {
    /// What the text is; a dash between letters joins them in a command, and subtracts in a query.
    enum Language: Sendable { case query, command }

    /// The most bytes of a text.
    private static let maximumBytes = 2 << 20
    /// The words with dashes that queries have, those included that are not in the subset, so that errors name them.
    private static let dashedOperators: Set<String> = [
        "project-away", "project-keep", "project-rename", "project-reorder", "make-series", "make-graph", "mv-apply",
        "mv-expand", "parse-kv", "parse-where", "sample-distinct", "top-hitters", "top-nested", "graph-match",
    ]

    /// The symbols of two characters.
    private static let pairs: Set<String> = ["<|", "==", "!=", "<>", "<=", ">=", "=~", "!~", "&&", "||", ".."]

    private let characters: [Character]
    private let language: Language
    private var position = 0

    /// Splits a whole text.
    /// - Throws: ``EmulatorError`` with `syntax`.
    static func tokens(of text: String, language: Language) throws(EmulatorError) -> [Token] {
        guard text.utf8.count <= maximumBytes else {
            throw EmulatorError(.syntax, "Syntax error: the text is longer than \(maximumBytes) bytes")
        }
        var lexer = Lexer(characters: Array(text), language: language)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token == .end { return tokens }
        }
    }

    private init(characters: [Character], language: Language) {
        (self.characters, self.language) = (characters, language)
    }

    private func peek(_ distance: Int = 0) -> Character? {
        position + distance < characters.count ? characters[position + distance] : nil
    }

    private mutating func next() throws(EmulatorError) -> Token {
        skipBlanks()
        guard let first = peek() else { return .end }
        if first == "`", starts(with: "```") { return try multiline("```") }
        if first == "'" || first == "\"" { return try quoted(first) }
        if first == "@", let quote = peek(1), quote == "'" || quote == "\"" {
            position += 1
            return try verbatim(quote)
        }
        if first == "h" || first == "H", let quote = peek(1), quote == "'" || quote == "\"" {
            position += 1
            return try quoted(quote)
        }
        if first.isNumber { return try number() }
        if first.isLetter || first == "_" { return try word() }
        return symbol(first)
    }

    private mutating func skipBlanks() {
        while let character = peek() {
            if character.isWhitespace {
                position += 1
            } else if character == "/", peek(1) == "/" {
                while let other = peek(), !other.isNewline { _ = other; position += 1 }
            } else {
                return
            }
        }
    }

    private func starts(with text: String) -> Bool {
        text.enumerated().allSatisfy { peek($0.offset) == $0.element }
    }

    private mutating func symbol(_ first: Character) -> Token {
        if let second = peek(1), "|=>~&.".contains(second) {
            let pair = String([first, second])
            if Self.pairs.contains(pair) {
                position += 2
                return .symbol(pair)
            }
        }
        if first == "!", let next = peek(1), next.isLetter {
            position += 1
            let word = letters()
            return .symbol("!" + word + (word == "in" ? tilde() : ""))
        }
        position += 1
        return .symbol(String(first))
    }

    private mutating func letters() -> String {
        let start = position
        while let character = peek(), character.isLetter || character.isNumber || character == "_" { position += 1 }
        return String(characters[start..<position])
    }

    private mutating func word() throws(EmulatorError) -> Token {
        let start = position
        var text = letters()
        while peek() == "-", let next = peek(1), next.isLetter {
            let end = position
            position += 1
            let longer = String(characters[start..<position]) + letters()
            guard language == .command || Self.dashedOperators.contains(longer) else {
                position = end
                break
            }
            text = longer
        }
        if peek() == "(", let type = literalType(text) { return try typedLiteral(type) }
        switch text {
        case "true", "True": return .literal(.bool(true), .bool)
        case "false", "False": return .literal(.bool(false), .bool)
        case "in": return .name(text + tilde())
        default: return .name(text)
        }
    }

    /// The `~` of `in~`, if it is there.
    private mutating func tilde() -> String {
        guard peek() == "~" else { return "" }
        position += 1
        return "~"
    }

    private func literalType(_ word: String) -> ColumnType? {
        switch word {
        case "datetime", "date", "timespan", "time", "guid", "int", "long", "real", "double", "decimal", "bool",
            "dynamic":
            ColumnType(name: word)
        default: nil
        }
    }

    private mutating func typedLiteral(_ type: ColumnType) throws(EmulatorError) -> Token {
        var depth = 0
        let start = position + 1
        while let character = peek() {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            position += 1
            if depth == 0 { break }
        }
        guard depth == 0 else { throw EmulatorError(.syntax, "Syntax error: a literal is not closed") }
        var text = String(characters[start..<(position - 1)])
        if let quote = text.first, quote == "'" || quote == "\"", text.last == quote, text.count > 1 {
            text = String(text.dropFirst().dropLast())
        }
        if text == "null" { return .literal(type == .string ? .string("") : .null, type) }
        let value = CellValue(text: text, as: type)
        guard !value.isNull else { throw EmulatorError(.syntax, "Syntax error: '\(text)' is not a \(type.rawValue)") }
        return .literal(value, type)
    }

    private mutating func number() throws(EmulatorError) -> Token {
        let start = position
        while let character = peek(), character.isNumber { _ = character; position += 1 }
        var isReal = false
        if peek() == ".", peek(1)?.isNumber == true {
            isReal = true
            position += 1
            while let character = peek(), character.isNumber { _ = character; position += 1 }
        }
        if let mark = peek(), mark == "e" || mark == "E",
            peek(1)?.isNumber == true || (peek(1) == "-" && peek(2)?.isNumber == true)
        {
            isReal = true
            position += 2
            while let character = peek(), character.isNumber { _ = character; position += 1 }
        }
        let digits = String(characters[start..<position])
        if let unit = peek(), unit.isLetter {
            let text = digits + letters()
            guard let ticks = TimespanText.parse(text) else {
                throw EmulatorError(.syntax, "Syntax error: '\(text)' is not a number or time span")
            }
            return .literal(.timespan(ticks), .timespan)
        }
        if !isReal, let value = Int64(digits) { return .literal(.integer(value), .long) }
        guard let value = Double(digits) else {
            throw EmulatorError(.syntax, "Syntax error: '\(digits)' is not a number")
        }
        return .literal(.real(value), .real)
    }

    private mutating func quoted(_ quote: Character) throws(EmulatorError) -> Token {
        position += 1
        var text = ""
        while let character = peek() {
            position += 1
            if character == quote { return .string(text) }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            guard let escaped = peek() else { break }
            position += 1
            text.append(try unescaped(escaped))
        }
        throw EmulatorError(.syntax, "Syntax error: a string literal is not closed")
    }

    private mutating func unescaped(_ character: Character) throws(EmulatorError) -> Character {
        switch character {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "0": return "\0"
        case "u":
            let digits = String(characters[position..<min(position + 4, characters.count)])
            guard digits.count == 4, let value = UInt32(digits, radix: 16), let scalar = UnicodeScalar(value) else {
                throw EmulatorError(.syntax, "Syntax error: '\\u\(digits)' is not a character")
            }
            position += 4
            return Character(scalar)
        default: return character
        }
    }

    private mutating func verbatim(_ quote: Character) throws(EmulatorError) -> Token {
        position += 1
        var text = ""
        while let character = peek() {
            position += 1
            guard character == quote else {
                text.append(character)
                continue
            }
            guard peek() == quote else { return .string(text) }
            text.append(quote)
            position += 1
        }
        throw EmulatorError(.syntax, "Syntax error: a string literal is not closed")
    }

    private mutating func multiline(_ fence: String) throws(EmulatorError) -> Token {
        position += fence.count
        let start = position
        while position < characters.count {
            if starts(with: fence) {
                defer { position += fence.count }
                return .string(String(characters[start..<position]))
            }
            position += 1
        }
        throw EmulatorError(.syntax, "Syntax error: a string literal is not closed")
    }
}
