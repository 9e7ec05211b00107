/// The ways to sign in at Kafka that a sink knows.
enum KafkaMechanism {
    /// Kafka's names of them.
    static let all = ["GSSAPI", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]
    /// The mechanism when none is told, in Java as in librdkafka.
    static let standard = "GSSAPI"
}
