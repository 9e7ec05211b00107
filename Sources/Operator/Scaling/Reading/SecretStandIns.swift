internal import FoundationEssentials
internal import Secrets

/// Puts words in the place of references to mounted Secrets while properties are read, and their data after that.
///
/// So nothing that a Secret holds is ever looked at as a reference or as part of a property's syntax.
struct SecretStandIns {
    private let secrets: [String: [String: [UInt8]]]
    private let mark = "secret-\(UUID().uuidString.lowercased())-"
    private var contents: [String] = []

    init(_ secrets: [String: [String: [UInt8]]]) { self.secrets = secrets }

    /// Returns a property's value with a word for each reference to a mounted Secret.
    /// - Throws: ``LagError`` for a reference to anything else, which names a place in a worker.
    mutating func replace(in value: String, of property: String) throws(LagError) -> String {
        guard SecretReference.isPresent(in: value) else { return value }
        var result = ""
        var rest = value[...]
        let start = "${directory:\(LagConnection.secretsDirectory)"
        while let range = rest.firstRange(of: start), let end = rest[range.upperBound...].firstIndex(of: "}") {
            let parts = rest[range.upperBound..<end].split(
                separator: ":",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard parts.count == 2 else { break }
            var content = try text(of: String(parts[0]), key: String(parts[1]), for: property)
            // As a worker does: a Secret made with `echo` ends in a newline that nobody meant.
            if content.hasSuffix("\n") || content.hasSuffix("\r\n") { content.removeLast() }
            result += rest[..<range.lowerBound] + "\(mark)\(contents.count)-"
            contents.append(content)
            rest = rest[rest.index(after: end)...]
        }
        result += rest
        guard !SecretReference.isPresent(in: result) else {
            throw LagError("the lag cannot be read: \(property) refers to something that only the workers have")
        }
        return result
    }

    /// Returns a value with its words replaced by what they stand for; `nil` when it has none.
    func content(in value: String) -> String? {
        guard value.contains(mark) else { return nil }
        var result = ""
        var rest = value[...]
        while let range = rest.firstRange(of: mark), let end = rest[range.upperBound...].firstIndex(of: "-"),
            let index = Int(rest[range.upperBound..<end]), contents.indices.contains(index)
        {
            result += rest[..<range.lowerBound] + contents[index]
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// Returns a mounted file's content.
    /// - Throws: ``LagError`` when the path is not that of a Secret's key.
    func file(at path: String, of property: String) throws(LagError) -> String {
        let parts = path.dropFirst(LagConnection.secretsDirectory.count).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        guard path.hasPrefix(LagConnection.secretsDirectory), parts.count == 2 else {
            throw LagError("the lag cannot be read: \(property) is a file that only the workers have")
        }
        return try text(of: String(parts[0]), key: String(parts[1]), for: property)
    }

    private func text(of secret: String, key: String, for property: String) throws(LagError) -> String {
        guard let data = secrets[secret] else {
            throw LagError("the lag cannot be read: \(property) needs Secret \(secret), which is missing")
        }
        guard let bytes = data[key] else {
            throw LagError("the lag cannot be read: \(property) needs key \(key) of Secret \(secret), which is missing")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
