internal import HTTP

/// Sends requests to token endpoints.
struct TokenWire: Sendable {
    let transport: any HTTPTransport
    let clock: IdentityClock
    /// What to check when the credential is refused.
    let remedy: String
    /// What to do about refusals of which it is known what they are about, in place of ``remedy``.
    var remedies: [EntraNumber.Subject: String] = [:]
    /// Is told of failures that no caller notices.
    var report: @Sendable (IdentityError) -> Void = { _ in }

    /// Sends a request and returns the answer, whatever its status.
    func send(_ request: HTTPRequest) async throws(IdentityError) -> HTTPResponse {
        do throws(HTTPError) {
            return try await transport.execute(request)
        } catch {
            let code: IdentityError.Code =
                switch error.code {
                case .timedOut: .timedOut
                case .tls: .tls
                // A gateway's page in front of the provider, not the provider's answer.
                case .responseTooLarge: .unexpectedAnswer
                case .invalidURL, .invalidConfiguration: .invalidConfiguration
                case .cancelled: .cancelled
                default: .unreachable
                }
            throw IdentityError(code, error.message, needsChange: code == .invalidConfiguration)
        }
    }
}
