extension String {
    /// The text without the white space and line breaks around it.
    package var trimmed: String { self[...].trimmed }
}

extension Substring {
    /// The text without the white space and line breaks around it.
    package var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
