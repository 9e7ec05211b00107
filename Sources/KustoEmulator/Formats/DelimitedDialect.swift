/// How a delimited format separates and protects its fields.
struct DelimitedDialect: Sendable, Equatable {
    /// The byte between fields; `nil` makes the whole line one field.
    let delimiter: UInt8?
    /// Whether a field that starts with a double quote runs to the closing quote (RFC 4180).
    let isQuoted: Bool
    /// Whether a backslash protects the next byte, as in tsve.
    let isEscaped: Bool

    /// Creates a dialect without quotes and escapes unless told otherwise.
    init(delimiter: UInt8?, isQuoted: Bool = false, isEscaped: Bool = false) {
        self.delimiter = delimiter
        self.isQuoted = isQuoted
        self.isEscaped = isEscaped
    }
}
