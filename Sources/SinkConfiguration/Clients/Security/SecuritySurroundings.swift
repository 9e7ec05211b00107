internal import Identity

/// What a client's security depends on beside the client's own properties.
struct SecuritySurroundings: Sendable {
    /// The sink's identity at Azure, which brokers of Azure's know, too.
    var credential = Credential.workloadIdentity
    /// The JAAS file of the process.
    var loginFile: LoginFile?
    /// The configuration of Kerberos, or `nil` for the machine's.
    var kerberosConfiguration: String?
}
