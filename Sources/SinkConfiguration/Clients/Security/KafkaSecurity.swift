/// What a Kafka client needs for signing in and for TLS beside the properties that librdkafka has.
///
/// Whoever makes the client applies it: reads the stores and hands their certificates and keys on as PEM, answers when
/// librdkafka asks for a token, and replaces passwords that were changed. Nothing has been read from any file for it.
package struct KafkaSecurity: Sendable, Hashable {
    /// The authorities whose certificates brokers may have, or `nil` for those of the machine, or of `ssl.ca.location` and
    /// `ssl.ca.pem` among the client's properties.
    package var trust: KeyStoreSource?
    /// The client's own certificate and key, or `nil` for none, or for those among the client's properties.
    package var identity: KeyStoreSource?
    /// How the client gets tokens for OAUTHBEARER; `nil` for other mechanisms.
    package var oauth: KafkaOAuth?
    /// How the client signs in by GSSAPI; `nil` for other mechanisms.
    package var kerberos: KafkaKerberos?
    /// Where user and password of PLAIN and SCRAM are read again; `nil` for other mechanisms, and when they stand in the
    /// configuration itself.
    package var password: RotatedKafkaPassword?

    /// Creates security of which nothing is left for librdkafka's properties to say.
    package init() {}
}
