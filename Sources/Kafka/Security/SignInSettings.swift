internal import Secrets
internal import Synchronization
internal import Text

/// How a client signs in, as far as the words about a failure depend on it.
final class SignInSettings: Sendable {
    /// The mechanism by which the client signs in; `nil` when it does not.
    let mechanism: String?
    /// Whether the client speaks TLS.
    let usesTLS: Bool
    /// Whether the client has a certificate of its own.
    let hasCertificate: Bool
    /// Whether brokers can tell who the client is; others can be given rights only together with everybody.
    var isSomebody: Bool { mechanism != nil || usesTLS && hasCertificate }
    private let secrets: Mutex<[Secret]>

    /// The longest text of a broker that is shown, in characters.
    private static let longestText = 300

    init(_ configuration: KafkaClientConfiguration) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { configuration.values[$0] }.first { !$0.isEmpty }
        }
        let name = value("security.protocol")?.uppercased() ?? "PLAINTEXT"
        mechanism = name.hasPrefix("SASL") ? (value("sasl.mechanism", "sasl.mechanisms") ?? "GSSAPI").uppercased() : nil
        usesTLS = name.hasSuffix("SSL")
        hasCertificate =
            value("ssl.certificate.pem", "ssl.certificate.location", "ssl.keystore.location", "ssl_certificate") != nil
        secrets = Mutex(
            configuration.secretNames.compactMap { configuration.values[$0] }.filter { !$0.isEmpty }.map(Secret.init)
        )
    }

    /// Adds to what is never shown.
    func hide(_ secret: Secret) { secrets.withLock { if !$0.contains(secret) { $0.append(secret) } } }

    /// The text of a broker, or of a library that has one from there, as far as it can be shown.
    func shown(_ text: String) -> String {
        holdsSecret(text) ? HarmlessText.hidden : HarmlessText.shown(String(text.prefix(Self.longestText)))
    }

    /// A text of this program's own, which holds nothing that others wrote, such as the reason why there is no token.
    ///
    /// Others' texts are judged by words: the URL of a token endpoint ends like a name for what must be hidden.
    func told(_ text: String) -> String { holdsSecret(text) ? HarmlessText.hidden : text }

    private func holdsSecret(_ text: String) -> Bool {
        secrets.withLock { $0.contains { !$0.isEmpty && text.contains($0.reveal()) } }
    }
}
