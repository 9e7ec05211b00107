internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Secrets

/// What a credential plugin prints.
struct ExecCredential: Sendable {
    /// Why what was printed is no credential; without a word of it.
    struct Problem: Error {
        let text: String
    }

    let token: Secret?
    let identity: TLSSettings.ClientCertificate?
    /// Seconds since 1970 at which it ends; `nil` when it is good until the server refuses it.
    let expiry: Double?

    /// Reads what was printed.
    /// - Parameter apiVersion: The version that the kubeconfig asks for; the answer has to have it too.
    init(_ output: [UInt8], apiVersion: String) throws(Problem) {
        guard let value = try? JSONValue(parsing: output) else {
            throw Problem(text: "did not print JSON; expected an ExecCredential")
        }
        guard value["kind"]?.stringValue == "ExecCredential" else {
            throw Problem(text: "did not print an ExecCredential")
        }
        guard value["apiVersion"]?.stringValue == apiVersion else {
            let other = value["apiVersion"]?.stringValue.map { String($0.prefix(64)) } ?? "none"
            throw Problem(
                text: "printed apiVersion \(other), but the kubeconfig says \(apiVersion); make them the same"
            )
        }
        let status = value["status"]
        let certificate = status?["clientCertificateData"]?.stringValue ?? ""
        let key = status?["clientKeyData"]?.stringValue ?? ""
        guard certificate.isEmpty == key.isEmpty else {
            throw Problem(text: "printed one of clientCertificateData and clientKeyData; both are needed")
        }
        token = status?["token"]?.stringValue.flatMap { $0.isEmpty ? nil : Secret($0) }
        identity = key.isEmpty ? nil : .init(certificate: Array(certificate.utf8), key: Secret(key))
        guard token != nil || identity != nil else {
            throw Problem(text: "printed neither a token nor a client certificate")
        }
        guard let text = status?["expirationTimestamp"]?.stringValue else {
            expiry = nil
            return
        }
        guard let moment = Self.moment(text) else {
            throw Problem(text: "printed an expirationTimestamp that is no time of RFC 3339")
        }
        expiry = moment
    }

    private static func moment(_ text: String) -> Double? {
        let plain = Date.ISO8601FormatStyle(timeZoneSeparator: .colon)
        let precise = Date.ISO8601FormatStyle(timeZoneSeparator: .colon, includingFractionalSeconds: true)
        return ((try? plain.parse(text)) ?? (try? precise.parse(text)))?.timeIntervalSince1970
    }
}
