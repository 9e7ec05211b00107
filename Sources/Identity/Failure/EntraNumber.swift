internal import JSON

/// The number by which Entra names a failure, such as AADSTS7000215, and what it means for whoever runs the sink
/// (Microsoft identity platform, "Microsoft Entra authentication and authorization error codes").
package struct EntraNumber {
    /// The number.
    let value: Int

    /// Finds the number in the answer of a token endpoint: in `error_codes`, or at the beginning of the description.
    init?(in answer: JSONValue?) {
        if let number = answer?["error_codes"]?.arrayValue?.first?.intValue, (1...99_999_999).contains(number) {
            value = Int(number)
            return
        }
        guard let text = answer?["error_description"]?.stringValue, text.hasPrefix("AADSTS"),
            let number = Int(text.dropFirst("AADSTS".count).prefix { $0.isASCII && $0.isNumber }.prefix(8))
        else { return nil }
        value = number
    }

    /// The number and, if it is known, what it means.
    var text: String {
        guard let meaning = Self.meanings[value] else { return "AADSTS\(value)" }
        return "AADSTS\(value): \(meaning)"
    }

    /// What a failure is about, which says what to change.
    package enum Subject: Sendable, Hashable {
        case tenant, application, secret, certificate, federation
    }

    /// What the failure is about, if that is known.
    var subject: Subject? {
        switch value {
        case 90002, 900_023, 50034: .tenant
        case 700_016, 7_000_112: .application
        case 7_000_215, 7_000_222: .secret
        case 700_027: .certificate
        case 70021, 700_211, 700_212, 700_213: .federation
        default: nil
        }
    }

    private static let meanings: [Int: String] = [
        50034: "the user or application does not exist in this tenant",
        53003: "a conditional access policy blocks the application",
        70021: "no federated credential of the application matches the token's issuer, subject and audience",
        90002: "the tenant does not exist",
        500011: "the resource does not exist in the tenant",
        700016: "the application does not exist in the tenant",
        700024: "the assertion's time is over or has not begun: check this machine's clock",
        700027: "the certificate is not one of the application's",
        700211: "no federated credential of the application has this issuer",
        700212: "no federated credential of the application has this audience",
        700213: "no federated credential of the application has this subject",
        900023: "the tenant is neither an id nor a domain name",
        7_000_112: "the application is disabled",
        7_000_215: "the client secret is wrong: it must be the secret's value, not its id",
        7_000_222: "the client secret has expired",
    ]
}
