/// Reads tokens one after the other, for the parsers of queries and commands.
struct TokenStream {
    private let tokens: [Token]
    private var position = 0

    /// Starts at the first token of a text.
    /// - Throws: ``EmulatorError`` with `syntax`.
    init(_ text: String, language: Lexer.Language) throws(EmulatorError) {
        tokens = try Lexer.tokens(of: text, language: language)
    }

    /// The next token.
    var next: Token { tokens[position] }

    /// The token after the next.
    var afterNext: Token { position + 1 < tokens.count ? tokens[position + 1] : .end }

    /// Whether all tokens are read.
    var isAtEnd: Bool { next == .end }

    /// Takes the next token.
    mutating func take() -> Token {
        defer { if position + 1 < tokens.count { position += 1 } }
        return next
    }

    /// Takes the next token if it is this symbol.
    mutating func skip(_ symbol: String) -> Bool {
        guard next == .symbol(symbol) else { return false }
        _ = take()
        return true
    }

    /// Takes the next token if it is this word in any letter case.
    mutating func skipWord(_ word: String) -> Bool {
        guard case .name(let text) = next, text.lowercased() == word else { return false }
        _ = take()
        return true
    }

    /// Takes several words, or none.
    mutating func skipWords(_ words: String...) -> Bool {
        let start = position
        for word in words where !skipWord(word) {
            position = start
            return false
        }
        return true
    }

    /// Takes a symbol that must come.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func expect(_ symbol: String) throws(EmulatorError) {
        guard skip(symbol) else { throw unexpected("'\(symbol)'") }
    }

    /// Takes a word that must come.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func expectWord(_ word: String) throws(EmulatorError) {
        guard skipWord(word) else { throw unexpected("'\(word)'") }
    }

    /// Takes an entity's name: plain, or as a string in brackets.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func name() throws(EmulatorError) -> String {
        if skip("[") {
            guard case .string(let text) = take() else { throw unexpected("a name in quotes") }
            try expect("]")
            return text
        }
        switch next {
        case .name(let text), .string(let text):
            _ = take()
            return text
        default: throw unexpected("a name")
        }
    }

    /// Takes a string literal; neighbouring ones are one string, as in KQL.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func string() throws(EmulatorError) -> String {
        guard case .string(var text) = next else { throw unexpected("a string literal") }
        _ = take()
        while case .string(let more) = next {
            text += more
            _ = take()
        }
        return text
    }

    /// Takes a number that is not negative.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func count() throws(EmulatorError) -> Int {
        guard case .literal(.integer(let value), _) = next else { throw unexpected("a number") }
        _ = take()
        return Int(value)
    }

    /// The error for a token that does not fit.
    func unexpected(_ wanted: String) -> EmulatorError {
        EmulatorError(.syntax, "Syntax error: expected \(wanted), found '\(next.description)'")
    }
}
