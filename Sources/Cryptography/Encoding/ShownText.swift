/// Texts of others as they may be shown.
enum ShownText {
    /// Returns a text without what would break or turn a line, and not too long.
    static func of(_ text: String, limit: Int) -> String {
        let isLong = text.unicodeScalars.count > limit
        let scalars = text.unicodeScalars.prefix(limit).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars)) + (isLong ? "…" : "")
    }
}
