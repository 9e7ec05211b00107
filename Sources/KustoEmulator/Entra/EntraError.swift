internal import JSON

/// A refusal by Entra: the name that OAuth has for it, and Entra's number (Microsoft identity platform, "Microsoft Entra
/// authentication and authorization error codes").
struct EntraError: Error, Sendable, Equatable {
    /// The HTTP status.
    let status: Int
    /// The name of RFC 6749, section 5.2.
    let name: String
    /// The number that is written behind `AADSTS`.
    let number: Int64
    /// One sentence.
    let text: String

    /// Creates an error; without a status 400.
    init(_ number: Int64, _ name: String, _ text: String, status: Int = 400) {
        self.status = status
        self.name = name
        self.number = number
        self.text = text
    }

    /// A credential that is refused.
    static func invalidClient(_ number: Int64, _ text: String) -> EntraError {
        EntraError(number, "invalid_client", text, status: 401)
    }

    /// The answer that Entra gives.
    /// - Parameter now: The time, in ticks.
    func reply(at now: Int64) -> EmulatorReply {
        .json(
            status,
            [
                "error": .string(name), "error_description": .string("AADSTS\(number): \(text)."),
                "error_codes": [.integer(number)],
                "timestamp": .string(DateTimeText.format(now)),
                "trace_id": "00000000-0000-0000-0000-000000000000",
                "correlation_id": "00000000-0000-0000-0000-000000000000",
                "error_uri": .string("https://login.microsoftonline.com/error?code=\(number)"),
            ]
        )
    }
}
