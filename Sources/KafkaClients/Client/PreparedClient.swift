package import Kafka
internal import Secrets
package import SinkConfiguration

/// A Kafka client's properties with all that librdkafka needs to sign in and to encrypt; no file is read for it any more.
package struct PreparedClient: Sendable {
    /// The properties, in which certificates and keys stand as PEM.
    package var properties: ClientProperties
    /// Gives tokens for OAUTHBEARER.
    package var tokens: KafkaTokenSource?
    /// The authorities of the endpoint that tokens come from, as PEM, or `nil` for the machine's.
    let tokenAuthorities: Secret?
    /// What the client signs in with, to be compared with later.
    package let snapshot: ClientSnapshot
    /// What a person should know, one sentence each.
    package var warnings: [String]
    /// When the certificate that it shows to brokers is not valid any more, in seconds since 1970; `nil` when that is not
    /// known, or it has none.
    package let certificateExpiry: Int?

    /// Takes properties for which nothing has to be read.
    package init(_ properties: ClientProperties) {
        self.properties = properties
        snapshot = ClientSnapshot(properties, material: StoreMaterial())
        tokens = nil
        tokenAuthorities = nil
        certificateExpiry = nil
        warnings = []
    }

    /// Reads what the properties of a client name; where its tokens come from it learns later.
    /// - Parameters:
    ///   - properties: The properties.
    ///   - stores: Reads key and trust stores.
    /// - Throws: ``ClientProblems`` with everything that is wrong.
    init(_ properties: ClientProperties, stores: StoreReader) throws(ClientProblems) {
        let reading = try stores.read(properties)
        self.properties = reading.material.applied(to: properties)
        snapshot = ClientSnapshot(properties, material: reading.material)
        warnings = reading.warnings
        certificateExpiry = reading.expiry
        tokens = nil
        tokenAuthorities = reading.material.tokenAuthorities
    }

    /// Has the client get its tokens from `sources`, if it signs in with tokens.
    /// - Throws: ``ClientProblems`` when the token endpoint's authorities cannot be used.
    mutating func takeTokens(from sources: TokenSources) throws(ClientProblems) {
        guard let oauth = properties.security.oauth else { return }
        tokens = try sources.source(for: oauth, authorities: tokenAuthorities)
    }

    /// Whether one client can stand for this one and another.
    package func makesTheSame(as other: PreparedClient) -> Bool {
        properties.revealed() == other.properties.revealed()
            && properties.security.oauth == other.properties.security.oauth
    }

    /// The configuration of the client, secrets among it.
    package var configuration: KafkaClientConfiguration { configuration(of: properties) }

    /// The configuration of one of several members in this process.
    package func configuration(forTask task: Int) -> KafkaClientConfiguration {
        configuration(of: properties.forTask(task))
    }

    private func configuration(of properties: ClientProperties) -> KafkaClientConfiguration {
        KafkaClientConfiguration(
            properties.revealed(),
            secretNames: properties.secretNames,
            optionalNames: properties.optionalNames,
            tokens: tokens
        )
    }
}
