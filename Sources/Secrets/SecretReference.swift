/// References to values that are kept elsewhere: `${file:PATH:KEY}`, `${directory:PATH:FILE}`, `${env:NAME}`.
///
/// The spellings are those of Kafka's `FileConfigProvider`, `DirectoryConfigProvider` and `EnvVarConfigProvider`, so
/// that a connector's configuration is read as it is. A value that is written like a reference and is none has one more
/// `$` in front, which Kafka's providers do not know: `$${word:rest}` stands for `${word:rest}`, and `$${NAME}` for
/// `${NAME}`.
package enum SecretReference {
    /// The longest file that is read, in bytes.
    private static let maximumFileBytes = 4 << 20

    /// One reference inside a text.
    private struct Reference {
        let range: Range<String.Index>
        let provider: String
        let place: String

        /// The reference as written.
        var text: String { "${\(provider):\(place)}" }
    }

    /// Returns `text` with every reference replaced by what it names; a `$` that begins none stays as it is.
    /// - Parameters:
    ///   - text: A property's value.
    ///   - environment: The variables that `${env:}` may name.
    ///   - scope: What references may name at all.
    /// - Throws: ``SecretReferenceError`` when the provider is unknown, a file, key or variable is missing, or the
    ///   reference leads out of `scope`.
    package static func resolve(
        _ text: String,
        environment: [String: String],
        within scope: ReferenceScope = .anywhere
    ) throws(SecretReferenceError) -> String {
        var result = ""
        var rest = text[...]
        while let reference = first(in: rest) {
            result += unescaped(rest[..<reference.range.lowerBound])
            result += try value(of: reference, environment: environment, within: scope)
            rest = rest[reference.range.upperBound...]
        }
        return result + unescaped(rest)
    }

    /// Returns what a text without references stands for: without the first `$` of each `$${word:rest}` and `$${NAME}`.
    package static func unescaped(_ text: some StringProtocol) -> String {
        var result = ""
        var rest = Substring(text)
        while let escape = rest.firstRange(of: "$${") {
            let second = rest.index(after: escape.lowerBound)
            let isForm = nameEnd(behind: rest[second...].utf8).map { ":}".utf8.contains($0) } ?? false
            result += rest[..<(isForm ? escape.lowerBound : second)] + "${"
            rest = rest[escape.upperBound...]
        }
        return result + rest
    }

    /// The byte behind the name in `${NAME`, or `nil` when no name begins there.
    private static func nameEnd(behind text: Substring.UTF8View) -> UInt8? {
        let name = text.dropFirst(2).prefix(while: isNameByte)
        guard let first = name.first, isLetter(first) || first == UInt8(ascii: "_") else { return nil }
        return text[name.endIndex...].first
    }

    /// Returns `text` with every reference, of known providers or not, replaced by what `replacement` gives.
    /// - Parameter replacement: Takes the provider and what stands after its colon.
    /// - Throws: What `replacement` throws.
    package static func replace<Failure: Error>(
        in text: String,
        with replacement: (_ provider: String, _ place: String) throws(Failure) -> String
    ) throws(Failure) -> String {
        var result = ""
        var rest = text[...]
        while let reference = first(in: rest) {
            result += rest[..<reference.range.lowerBound]
            result += try replacement(reference.provider, reference.place)
            rest = rest[reference.range.upperBound...]
        }
        return result + rest
    }

    /// Whether `text` holds a reference, which ``resolve(_:environment:)`` would follow or refuse.
    package static func isPresent(in text: String) -> Bool { first(in: text[...]) != nil }

    /// Returns `text` without its references to known providers.
    package static func remainder(of text: String) -> String {
        var result = ""
        var rest = text[...]
        while let reference = first(in: rest) {
            let isKnown = ["file", "directory", "env"].contains(reference.provider)
            result += rest[..<(isKnown ? reference.range.lowerBound : reference.range.upperBound)]
            rest = rest[reference.range.upperBound...]
        }
        return result + rest
    }

    /// Finds the first `${provider:place}`, whether or not the provider is known; other text in `${…}` is no reference.
    private static func first(in text: Substring) -> Reference? {
        var rest = text.utf8[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            rest = rest[rest.index(after: dollar)...]
            // One more of them in front says that this is no reference.
            if rest.starts(with: "${".utf8), let end = nameEnd(behind: rest), ":}".utf8.contains(end) {
                rest = rest.dropFirst(2)
                continue
            }
            guard rest.first == UInt8(ascii: "{") else { continue }
            let provider = rest.dropFirst().prefix(while: isNameByte)
            guard let first = provider.first, isLetter(first), rest[provider.endIndex...].first == UInt8(ascii: ":")
            else { continue }
            let place = rest[provider.endIndex...].dropFirst()
            guard let end = place.firstIndex(of: UInt8(ascii: "}")) else { return nil }
            return Reference(
                range: dollar..<text.utf8.index(after: end),
                provider: String(text[provider.startIndex..<provider.endIndex]),
                place: String(text[place.startIndex..<end])
            )
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: isLetter(byte)
        }
    }

    private static func value(
        of reference: Reference,
        environment: [String: String],
        within scope: ReferenceScope
    ) throws(SecretReferenceError) -> String {
        switch reference.provider {
        case "env":
            guard scope == .anywhere else {
                throw SecretReferenceError(
                    message: "\(reference.text) names an environment variable; \(scope.expectation)"
                )
            }
            guard let value = environment[reference.place] else {
                throw SecretReferenceError(
                    message: """
                        \(reference.text) names an environment variable that is not set; set \(reference.place)
                        """
                )
            }
            return value
        case "directory":
            guard let (path, file) = split(reference.place), !file.contains("/"), file != ".." else {
                throw SecretReferenceError(message: "\(reference.text) must be ${directory:/path:file-name}")
            }
            let bytes = try contents(of: "\(path)/\(file)", for: reference, within: scope)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SecretReferenceError(
                    message: "\(reference.text): \(path)/\(file) is not UTF-8 text; save it as UTF-8"
                )
            }
            // A Secret mounted from `echo … | kubectl create secret` often ends in a newline that nobody meant.
            return text.hasSuffix("\n") || text.hasSuffix("\r\n") ? String(text.dropLast()) : text
        case "file":
            guard let (path, key) = split(reference.place) else {
                throw SecretReferenceError(message: "\(reference.text) must be ${file:/path/to/file.properties:key}")
            }
            let bytes = try contents(of: path, for: reference, within: scope)
            return try property(key, in: JavaProperties.decode(bytes).text, for: reference)
        default:
            // The message does not quote what follows, which may be part of a password that was meant literally.
            throw SecretReferenceError(
                message: """
                    ${\(reference.provider):…} names the provider "\(reference.provider)", which is not there; use \
                    ${file:/path/to/file.properties:key}, ${directory:/path:file-name} or ${env:NAME}
                    """
            )
        }
    }

    /// Splits at the last colon, since a path may hold one but a key of Kafka's providers does not.
    private static func split(_ text: String) -> (String, String)? {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return nil }
        let key = String(text[text.index(after: colon)...])
        return key.isEmpty ? nil : (String(text[..<colon]), key)
    }

    private static func contents(
        of path: String,
        for reference: Reference,
        within scope: ReferenceScope
    ) throws(SecretReferenceError) -> [UInt8] {
        do throws(BoundedFile.Failure) {
            return try BoundedFile.read(path, limit: maximumFileBytes, within: scope)
        } catch {
            let reason = error.reason(limit: maximumFileBytes, within: scope)
            let remedy =
                switch error {
                case .unreadable(let file): "; \(file.remedy)"
                case .outside: ""
                case .tooLarge: "; name a file that holds secrets only"
                }
            throw SecretReferenceError(message: "\(reference.text): \(path) \(reason)\(remedy)")
        }
    }

    private static func property(
        _ key: String,
        in text: String,
        for reference: Reference
    ) throws(SecretReferenceError) -> String {
        let entries: [JavaProperties.Entry]
        do throws(JavaProperties.Malformed) {
            entries = try JavaProperties.parse(text)
        } catch {
            throw SecretReferenceError(
                message: """
                    \(reference.text): the file's line \(error.line) is not Java's properties format: \\u must be \
                    followed by four hexadecimal digits
                    """
            )
        }
        guard let entry = entries.last(where: { $0.name == key }) else {
            throw SecretReferenceError(message: "\(reference.text): the file has no key \"\(key)\"; add it")
        }
        return entry.value
    }
}
