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

    /// Reads the answer of a token endpoint.
    ///
    /// App Service says only when the token ends.
    init(_ answer: JSONValue, token: String, unixSeconds now: Double) {
        let left =
            Self.number(answer["expires_in"])
            ?? Self.number(answer["expires_on"]).map { $0 - now }
            ?? TokenClaims(token)?.end.map { $0 - now }
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
}
