/// Text of a peer's that is shown to people: short, and on one line.
enum PeerText {
    private static let longest = 300

    /// Returns the text without control characters, cut when it is long.
    static func line(_ text: String) -> String {
        let clean = String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest + 1).map(visible)))
        return text.unicodeScalars.count > longest ? clean.prefix(longest) + "…" : clean
    }

    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: " "
        default: scalar
        }
    }
}
