/// The `Range` header.
enum ByteRange {
    /// Reads `bytes=a-b`, `bytes=a-` or `bytes=-n` for a resource of a size; `nil` when nothing of it is there.
    static func parse(_ text: String, size: Int) -> Range<Int>? {
        guard text.hasPrefix("bytes="), !text.contains(",") else { return nil }
        let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[0].isEmpty {
            guard let count = Int(parts[1]), count > 0, size > 0 else { return nil }
            return max(0, size - count)..<size
        }
        guard let start = Int(parts[0]), start < size else { return nil }
        guard !parts[1].isEmpty else { return start..<size }
        guard let end = Int(parts[1]), end >= start else { return nil }
        return start..<(min(end, size - 1) + 1)
    }
}
