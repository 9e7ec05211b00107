/// Texts that several suites need.
enum Samples {
    /// What is not checked looks like a certificate.
    static let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
}
