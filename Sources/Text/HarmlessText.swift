/// What may be shown of text that a user has written.
///
/// Secrets end up where they do not belong: a password in front of a host, a signature behind a URL, a connection string
/// where a host belongs, the lines of a key where names do. So nothing of a user's is printed before this has looked at it.
/// It errs on the side of hiding: what looks like a secret is none too often to matter.
package enum HarmlessText {
    /// What stands in the place of what nobody may see, as Kafka prints it.
    package static let hidden = "[hidden]"

    /// Words behind which, and an equals sign or a colon, a secret stands.
    private static let keys = [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "authorization", "bearer", "basic",
        "signature", "sig", "key", "accesskeyname", "jaas",
    ]

    /// A value without what may be secret in it: users and passwords of URLs, queries, and the whole of what cannot be
    /// told apart.
    package static func shown(_ text: String) -> String {
        let rest = withoutQuery(withoutUsers(text))
        return isSuspect(rest) ? hidden : rest
    }

    /// A property's name, or another name, if it looks like one.
    package static func shown(name: String) -> String {
        let isName =
            (1...200).contains(name.utf8.count)
            && name.utf8.allSatisfy { isAlphanumeric($0) || ".-_*".utf8.contains($0) }
            && !holdsRandomText(name, from: 16)
        return isName ? name : hidden
    }

    // MARK: Parts of URLs

    /// Hides what stands before the last `@` of each URL: a password may hold every sign that ends a user elsewhere.
    private static func withoutUsers(_ text: String) -> String {
        guard text.contains("@") else { return text }
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            result += withoutUser(rest[..<scheme.lowerBound]) + "://"
            rest = rest[scheme.upperBound...]
        }
        return result + withoutUser(rest)
    }

    private static func withoutUser(_ part: Substring) -> String {
        guard let at = part.lastIndex(of: "@") else { return String(part) }
        return hidden + part[at...]
    }

    /// Hides a query; a question mark that is not a URL's, such as one of a regular expression, only if a name is set there.
    private static func withoutQuery(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "?") else { return text }
        let query = text[text.index(after: mark)...]
        let name = query.prefix { $0.isLetter || $0.isNumber || "-_.%".contains($0) }
        guard text.contains("://") || (!name.isEmpty && query.dropFirst(name.count).first == "=") else { return text }
        return text[...mark] + hidden
    }

    // MARK: What gives a secret away

    private static func isSuspect(_ text: String) -> Bool {
        // A connection string, or JAAS.
        if text.contains(";"), text.contains("=") { return true }
        // Entra's secrets have these two signs in them, and no word has.
        if text.contains("-----BEGIN") || text.contains("Q~") { return true }
        return holdsKey(text) || holdsToken(text) || holdsRandomText(text, from: 32)
    }

    /// Whether one of the words stands before an equals sign or a colon, with quotes or blanks between them or not.
    private static func holdsKey(_ text: String) -> Bool {
        let folded = text.lowercased()
        var start = folded.startIndex
        while let sign = folded[start...].firstIndex(where: { $0 == "=" || $0 == ":" }) {
            var before = folded[start..<sign]
            while let last = before.last, last == " " || last == "\"" || last == "'" { before.removeLast() }
            if !isPort(folded[sign...]), !folded[sign...].hasPrefix("://"), keys.contains(where: before.hasSuffix) {
                return true
            }
            start = folded.index(after: sign)
        }
        return folded.hasPrefix("bearer ") || folded.hasPrefix("basic ")
    }

    /// Whether a port follows, as in `monkey:9092`.
    private static func isPort(_ text: Substring) -> Bool {
        let digits = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(1 + digits.count).first
        return text.first == ":" && (1...5).contains(digits.count) && (rest == nil || rest == "," || rest == "/")
    }

    /// Whether a JWT begins somewhere: the beginning of its JSON, in base64.
    private static func holdsToken(_ text: String) -> Bool {
        guard let begin = text.firstRange(of: "eyJ") else { return false }
        return text[begin.upperBound...].utf8.prefix { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }.count >= 10
    }

    /// Whether so many signs of base64 follow each other, with capitals, small letters and digits among them, as in no word.
    private static func holdsRandomText(_ text: String, from length: Int) -> Bool {
        text.utf8.split { !isAlphanumeric($0) && $0 != 0x2B }.contains { run in
            run.count >= length && run.contains { 0x30...0x39 ~= $0 } && run.contains { 0x41...0x5A ~= $0 }
                && run.contains { 0x61...0x7A ~= $0 }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
    }
}
