/// PEM as it stands in properties, where line breaks easily get lost.
enum FoldedPEM {
    /// Returns PEM with a line for each boundary and each 64 characters between them, which OpenSSL needs.
    ///
    /// Java takes blanks for line breaks, and so people write it in one line. Text that is no such PEM stays as it is, and
    /// so does a block with headers, as old encrypted keys have them.
    static func unfolded(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let begin = rest.firstRange(of: "-----BEGIN "),
            let head = rest[begin.upperBound...].firstRange(of: "-----"),
            let end = rest[head.upperBound...].firstRange(of: "-----END "),
            let tail = rest[end.upperBound...].firstRange(of: "-----")
        {
            let body = rest[head.upperBound..<end.lowerBound]
            guard !body.contains(":") else { return text }
            result += rest[begin.lowerBound..<head.upperBound] + "\n"
            var line = body.filter { !$0.isWhitespace }[...]
            while !line.isEmpty {
                result += line.prefix(64) + "\n"
                line = line.dropFirst(64)
            }
            result += rest[end.lowerBound..<tail.upperBound] + "\n"
            rest = rest[tail.upperBound...]
        }
        return result.isEmpty ? text : result
    }
}
