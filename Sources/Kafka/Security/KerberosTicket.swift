/// What the library says only in its log: that its command for Kerberos tickets fails.
///
/// Without a first ticket it makes no connection, and so reports no error, however long that lasts.
enum KerberosTicket {
    /// The facility of the line `[thrd:main]: Kerberos ticket refresh failed: kinit …: exited with code 1`.
    static let facility = "SASLREFRESH"

    /// Returns the error for such a line of a high level.
    ///
    /// The line does not tell a wrong key from a KDC that is away, so it is an error that may pass.
    /// - Parameter words: What the command has said.
    static func error(_ line: String, words: String? = nil) -> KafkaError {
        let reason = line.ranges(of: ": ").last.map { String(line[$0.upperBound...]) } ?? line
        return KafkaError(
            .brokerUnavailable,
            """
            there is no Kerberos ticket to sign in with (GSSAPI): the command that fetches it failed, it \(reason); it says \
            \(words ?? "nothing, so run it by hand")
            """,
            signIn: SignInFault(.ticketMissing, mechanism: "GSSAPI")
        )
    }
}
