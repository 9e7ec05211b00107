package import Secrets
package import SinkConfiguration

/// What a client's key and trust stores hold, as librdkafka takes it.
package struct StoreMaterial: Sendable, Hashable {
    /// The authorities of brokers, as PEM; `nil` when no trust store is named.
    package var authorities: Secret?
    /// The client's certificate and those between it and its authority, as PEM; `nil` when no key store is named.
    package var certificates: Secret?
    /// The key of the client's certificate, as PEM and not encrypted.
    package var key: Secret?
    /// The authorities of the endpoint that tokens come from, as PEM.
    package var tokenAuthorities: Secret?
    /// Digests of the files that librdkafka reads itself, by the properties that name them.
    package var files: [String: [UInt8]] = [:]

    /// Creates material of no store.
    package init() {}

    /// Returns a client's properties with what its stores hold in the place of these.
    package func applied(to properties: ClientProperties) -> ClientProperties {
        var properties = properties
        for (name, value) in [
            ("ssl.ca.pem", authorities), ("ssl.certificate.pem", certificates), ("ssl.key.pem", key),
        ] {
            if let value { properties.values[name] = .secret(value) }
        }
        // The key is not encrypted any more.
        if key != nil { properties.values["ssl.key.password"] = nil }
        return properties
    }
}
