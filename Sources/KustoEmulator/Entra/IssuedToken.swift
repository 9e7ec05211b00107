internal import JSON

/// A token that was just issued.
struct IssuedToken: Sendable {
    /// Whom it was issued to.
    let application: String
    /// The token.
    let text: String
    /// For how many seconds it is good.
    let seconds: Int

    /// The answer that holds it.
    /// - Parameters:
    ///   - asText: Whether numbers are written as text, as version 1 and most managed identities write them.
    ///   - resource: What it is for; `nil` for version 2.0, which does not say.
    ///   - hasLifetime: Whether the answer says how long it is good, beside when it ends.
    func reply(asText: Bool, resource: String?, hasLifetime: Bool = true, _ clock: WallClock) -> EmulatorReply {
        var body: JSONObject = ["token_type": "Bearer", "access_token": .string(text)]
        func set(_ name: String, _ value: Int) {
            body[name] = asText ? .string(String(value)) : .integer(Int64(value))
        }
        if hasLifetime { set("expires_in", seconds) }
        if let resource {
            set("expires_on", clock.unixSeconds + seconds)
            set("not_before", clock.unixSeconds)
            body["resource"] = .string(resource)
            body["client_id"] = .string(application)
        } else {
            set("ext_expires_in", seconds)
        }
        return .json(200, .object(body))
    }
}
