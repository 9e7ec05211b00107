internal import FoundationEssentials

/// Puts words in the place of references while properties are read, and after that what they name in the words' place.
///
/// So nothing that a Secret holds is ever looked at as a reference or as part of a property's syntax, and no reference
/// is followed into the operator's own files and variables. What is missing matters only where it is needed.
struct SecretStandIns {
    private let secrets: [String: [String: [UInt8]]]
    private let mark = "secret-\(UUID().uuidString.lowercased())-"
    private var contents: [Result<String, LagError>] = []

    init(_ secrets: [String: [String: [UInt8]]]) { self.secrets = secrets }

    /// Returns a property's value with a word for each reference.
    mutating func replace(in value: String, of property: String) -> String {
        value.replacing(/\$\{([A-Za-z][A-Za-z0-9._\-]*):([^}]*)\}/) { match in
            contents.append(content(of: String(match.output.1), String(match.output.2), property))
            return "\(mark)\(contents.count - 1)-"
        }
    }

    /// Returns a value with its words replaced by what they stand for; `nil` when it has none.
    /// - Throws: ``LagError`` when that is missing, or only the workers have it.
    func content(in value: String) throws(LagError) -> String? {
        guard value.contains(mark) else { return nil }
        var result = ""
        var rest = value[...]
        while let range = rest.firstRange(of: mark), let end = rest[range.upperBound...].firstIndex(of: "-"),
            let index = Int(rest[range.upperBound..<end]), contents.indices.contains(index)
        {
            result += rest[..<range.lowerBound]
            result += try contents[index].get()
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func content(of provider: String, _ place: String, _ property: String) -> Result<String, LagError> {
        let parts = place.dropFirst(LagConnection.secretsDirectory.count).split(
            separator: ":",
            omittingEmptySubsequences: false
        )
        guard provider == "directory", place.hasPrefix(LagConnection.secretsDirectory), parts.count == 2 else {
            return .failure(
                LagError("the lag cannot be read: \(property) refers to something that only the workers have")
            )
        }
        do throws(LagError) {
            let text = try text(of: String(parts[0]), key: String(parts[1]), for: property)
            // As a worker does: a Secret made with `echo` ends in a newline that nobody meant. Both ends are one character.
            return .success(text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text)
        } catch {
            return .failure(error)
        }
    }

    /// Returns a mounted file's content.
    /// - Throws: ``LagError`` when the path is not that of a Secret's key.
    func file(at path: String, of property: String) throws(LagError) -> [UInt8] {
        let parts = path.dropFirst(LagConnection.secretsDirectory.count).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        guard path.hasPrefix(LagConnection.secretsDirectory), parts.count == 2 else {
            throw LagError("the lag cannot be read: \(property) is a file that only the workers have")
        }
        return try bytes(of: String(parts[0]), key: String(parts[1]), for: property)
    }

    private func text(of secret: String, key: String, for property: String) throws(LagError) -> String {
        String(decoding: try bytes(of: secret, key: key, for: property), as: UTF8.self)
    }

    private func bytes(of secret: String, key: String, for property: String) throws(LagError) -> [UInt8] {
        guard let data = secrets[secret] else {
            throw LagError("the lag cannot be read: \(property) needs Secret \(secret), which is missing")
        }
        guard let bytes = data[key] else {
            throw LagError("the lag cannot be read: \(property) needs key \(key) of Secret \(secret), which is missing")
        }
        return bytes
    }
}
