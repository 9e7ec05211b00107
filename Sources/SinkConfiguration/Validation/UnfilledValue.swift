internal import Secrets

/// A value that still holds what was to be replaced by somebody or something.
///
/// What is said never quotes a secret: a secret may look like a placeholder.
enum UnfilledValue {
    /// Says what is wrong with a value, to be read behind its property's name; `nil` when it may be meant.
    ///
    /// A secret may be anything, so only a whole value counts there that nobody has as a secret.
    static func sentence(for name: String, _ value: String) -> String? {
        let isSecret = PropertyTable.isSecret(name)
        let value = withoutUserInfo(value)
        if let variable = variable(in: value, isSecret: isSecret) { return variable }
        if let token = token(in: value, name, isSecret: isSecret) {
            guard isSecret, !isTelling(token) else {
                return "still holds the placeholder \(token); put the value there"
            }
            return "looks like a placeholder that was left; put the secret there\(wayOut)"
        }
        guard !isSecret else { return nil }
        if isIdentifier(name), isFiller(value) { return "still holds the placeholder \(value); put the value there" }
        return nil
    }

    /// How a secret that looks like a placeholder is written.
    private static let wayOut =
        ", or, if that is the secret itself, keep it in a file or a variable and refer to it, such as by ${env:NAME}"

    /// What a URL says without its user and password, which may hold any character.
    private static func withoutUserInfo(_ value: String) -> String {
        value.replacing(/\/\/[^\/]*@/, with: "//")
    }

    // MARK: Variables of shells and of other programs

    private static func variable(in value: String, isSecret: Bool) -> String? {
        if let match = value.firstMatch(of: /(^|.)\$\{([A-Za-z_][A-Za-z0-9_.\-]*)\}/), match.output.1 != "$" {
            let name = match.output.2
            let isWhole = value == "${\(name)}"
            let isOption = value.contains("\"${\(name)}\"")
            guard !isSecret || isWhole || isOption else { return nil }
            guard !isSecret || isVariableName(name) else {
                return """
                    is written like a variable of a shell, which nothing replaces: write ${env:NAME} for an environment \
                    variable, or one $ more in front for the text itself
                    """
            }
            return """
                holds ${\(name)}, which nothing replaces: write ${env:\(name)} for the environment variable, or $${\(name)} \
                for the text itself
                """
        }
        if let match = value.wholeMatch(of: /\$([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)|%([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)%/) {
            let name = match.output.1 ?? match.output.2 ?? ""
            guard !isSecret || isVariableName(name) else {
                return """
                    is written like a variable, which nothing replaces: write ${env:NAME} for an environment \
                    variable\(wayOut)
                    """
            }
            let end = isSecret ? wayOut : ""
            return "holds \(value), which nothing replaces: write ${env:\(name)} for the environment variable\(end)"
        }
        return nil
    }

    /// Whether a name is one that variables have and secrets do not: words that say what the value is.
    private static func isVariableName(_ name: Substring) -> Bool {
        let words = ["KEY", "PASSWORD", "PASS", "SECRET", "TOKEN", "CREDENTIAL", "CREDENTIALS", "PWD"]
        let parts = name.split(separator: "_")
        return parts.count > 1 && parts.contains { part in words.contains { part.uppercased().hasSuffix($0) } }
    }

    // MARK: What is to be filled in

    private static func token(in value: String, _ name: String, isSecret: Bool) -> String? {
        if value == "[hidden]" || value == "<redacted>" { return value }
        let whole = value.wholeMatch(
            of: /\{\{[^{}]+\}\}|<[A-Za-z][A-Za-z0-9]*(?:[ _\-][A-Za-z0-9]+)+>|#\{[A-Za-z_.]+\}#/
        )
        if let whole { return String(whole.output) }
        // Topics and groups may well be called so.
        if isSecret || isIdentifier(name), let whole = value.wholeMatch(of: /__[A-Z][A-Z0-9_]*__/) {
            return String(whole.output)
        }
        // Expressions and JSON have brackets and braces of their own.
        guard !isSecret, !["topics.regex", "kusto.tables.topics.mapping"].contains(name) else { return nil }
        let part = value.firstMatch(of: /\{\{[^{}]+\}\}|<[A-Za-z][A-Za-z0-9 _.\-]*>/)
        return part.map { String($0.output) }
    }

    /// Whether a placeholder for a secret says so itself, so that it is none.
    private static func isTelling(_ token: String) -> Bool {
        let words = ["secret", "password", "key", "hidden", "redacted", "token", ".values."]
        return token.count > 4 && token.contains { " -_.{[<#".contains($0) }
            && words.contains { token.lowercased().contains($0) } && !token.contains(/[0-9!$%&*]/)
    }

    /// Whether only an id, a domain or a URL may stand there.
    private static func isIdentifier(_ name: String) -> Bool {
        ["aad.auth.authority", "aad.auth.appid", "kusto.ingestion.url", "kusto.url", "kusto.query.url"].contains(name)
    }

    private static func isFiller(_ value: String) -> Bool {
        let text = value.lowercased()
        if text.wholeMatch(of: /x{3,}(?:-x+)*|\.{3}|…|\*{3,}|\?{3,}/) != nil { return true }
        let words = [
            "changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me", "todo", "tbd", "placeholder",
        ]
        if words.contains(text) { return true }
        return text.wholeMatch(
            of:
                /(?:your|my|the)?[-_ ]?(?:azure|aad|entra)?[-_ ]?(?:tenant|client|app|application|service[-_ ]principal)[-_ ]?id/
        ) != nil
            && text.contains(/^(?:your|my|the)|[-_ ]/)
    }
}
