internal import FoundationEssentials
internal import JSON

/// How long a new token is good, as the answer says or the token itself, which mostly is a JWT.
struct TokenLife {
    /// No token is used for longer, whatever its issuer says.
    private static let longest = 86_400.0
    /// How long a token is used whose issuer does not say when it ends.
    private static let assumed = 300.0

    /// How long it is good from now on.
    let lifetime: Duration
    /// When the issuer wants to be asked again, if it says.
    let refreshAfter: Duration?

    /// Reads the answer of a token endpoint. App Service says only when the token ends.
    init(_ answer: JSONValue, token: String, unixSeconds now: Double) {
        let left =
            Self.number(answer["expires_in"])
            ?? Self.number(answer["expires_on"]).map { $0 - now }
            ?? Self.number(Self.claims(of: token)?["exp"]).map { $0 - now }
            ?? Self.assumed
        lifetime = .seconds(Self.bounded(left))
        refreshAfter = Self.number(answer["refresh_in"]).map { .seconds(Self.bounded($0)) }
    }

    private static func bounded(_ seconds: Double) -> Double {
        seconds.isFinite ? max(0, min(seconds, longest)) : assumed
    }

    /// Numbers, or strings of numbers at Azure's machines.
    private static func number(_ value: JSONValue?) -> Double? {
        value?.doubleValue ?? value?.stringValue.flatMap { Double($0) }
    }

    /// The claims of a JWT (RFC 7519): the second of three parts, base64 of the alphabet for URLs, without padding.
    private static func claims(of token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        text += [Character](repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: String(text)).flatMap { try? JSONValue(parsing: Array($0)) }
    }
}
