internal import FoundationEssentials

/// Values that stand elsewhere: `${file:PATH:KEY}`, `${directory:PATH:FILE}`, `${env:NAME}`.
///
/// The spellings are those of Kafka's `FileConfigProvider`, `DirectoryConfigProvider` and `EnvVarConfigProvider`, so
/// that a connector's configuration is read as it is.
package enum SecretReference {
    /// Returns `text` with every reference replaced by what it names; a `${` of no known provider stays as it is.
    /// - Parameters:
    ///   - text: A property's value.
    ///   - environment: The variables that `${env:}` may name.
    /// - Throws: ``SecretReferenceError`` when a file, key or variable is missing.
    package static func resolve(
        _ text: String,
        environment: [String: String]
    ) throws(SecretReferenceError) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstRange(of: "}") else { break }
            let inner = String(rest[start.upperBound..<end.lowerBound])
            result += rest[..<start.lowerBound]
            if let value = try value(of: inner, environment: environment) {
                result += value
            } else {
                result += "${\(inner)}"
            }
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// Whether `text` holds a reference that ``resolve(_:environment:)`` would follow.
    package static func isPresent(in text: String) -> Bool {
        ["${file:", "${directory:", "${env:"].contains { text.contains($0) }
    }

    private static func value(
        of inner: String,
        environment: [String: String]
    ) throws(SecretReferenceError) -> String? {
        let parts = inner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "env":
            guard let value = environment[parts[1]] else {
                throw SecretReferenceError(
                    message: "${\(inner)} names an environment variable that is not set; set \(parts[1])"
                )
            }
            return value
        case "directory":
            guard let (path, file) = split(parts[1]), !file.contains("/"), file != ".." else {
                throw SecretReferenceError(message: "${\(inner)} must be ${directory:/path:file-name}")
            }
            return try contents(of: "\(path)/\(file)", named: inner)
        case "file":
            guard let (path, key) = split(parts[1]) else {
                throw SecretReferenceError(message: "${\(inner)} must be ${file:/path/to/file.properties:key}")
            }
            let text = try contents(of: path, named: inner)
            guard let value = property(key, in: text) else {
                throw SecretReferenceError(message: "${\(inner)}: the file has no key \"\(key)\"")
            }
            return value
        default: return nil
        }
    }

    /// Splits at the last colon, since a path may hold one but a key of Kafka's providers does not.
    private static func split(_ text: String) -> (String, String)? {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return nil }
        let key = String(text[text.index(after: colon)...])
        return key.isEmpty ? nil : (String(text[..<colon]), key)
    }

    private static func contents(of path: String, named inner: String) throws(SecretReferenceError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SecretReferenceError(message: "${\(inner)}: \(path) cannot be read; mount it or mend its permissions")
        }
        let text = String(decoding: data, as: UTF8.self)
        // A Secret mounted from `echo … | kubectl create secret` often ends in a newline that nobody meant.
        return text.hasSuffix("\n") ? String(text.dropLast(text.hasSuffix("\r\n") ? 2 : 1)) : text
    }

    private static func property(_ key: String, in text: String) -> String? {
        var found: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = Self.trimmed(line)
            guard !trimmed.hasPrefix("#"), !trimmed.hasPrefix("!") else { continue }
            guard let separator = trimmed.firstIndex(where: { $0 == "=" || $0 == ":" }) else { continue }
            guard Self.trimmed(trimmed[..<separator]) == key else { continue }
            found = String(Self.trimmed(trimmed[trimmed.index(after: separator)...]))
        }
        return found
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return start.prefix(
            upTo: start.lastIndex { $0 != " " && $0 != "\t" }.map(start.index(after:)) ?? start.endIndex
        )
    }
}
