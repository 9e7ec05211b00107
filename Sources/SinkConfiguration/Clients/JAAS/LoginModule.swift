/// What a JAAS entry's class signs in by.
enum LoginModule: Sendable, Equatable {
    case plain, scram, kerberos, oauthBearer
    /// Kerberos by IBM's class, whose options have names of their own.
    case kerberosOfIBM

    /// Knows a class by its name; `nil` for one that is none of Kafka's.
    init?(className: String) {
        guard let module = Self.classes[className] else { return nil }
        self = module
    }

    private static let classes: [String: LoginModule] = [
        "org.apache.kafka.common.security.plain.PlainLoginModule": .plain,
        "org.apache.kafka.common.security.scram.ScramLoginModule": .scram,
        "com.sun.security.auth.module.Krb5LoginModule": .kerberos,
        "com.ibm.security.auth.module.Krb5LoginModule": .kerberosOfIBM,
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule": .oauthBearer,
    ]

    /// The mechanisms that the class signs in by.
    var mechanisms: [String] {
        switch self {
        case .plain: ["PLAIN"]
        case .scram: ["SCRAM-SHA-256", "SCRAM-SHA-512"]
        case .kerberos, .kerberosOfIBM: ["GSSAPI"]
        case .oauthBearer: ["OAUTHBEARER"]
        }
    }

    /// The class that a mechanism needs.
    static func className(for mechanism: String) -> String {
        switch mechanism {
        case "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule"
        case "GSSAPI": "com.sun.security.auth.module.Krb5LoginModule"
        case "OAUTHBEARER": "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
        default: "org.apache.kafka.common.security.scram.ScramLoginModule"
        }
    }

    /// Why a class that is not known is not taken; the name itself is not quoted, since it may be a part of a password.
    static func refusal(of className: String) -> String {
        let name = className.lowercased()
        if name.hasSuffix("jndiloginmodule") || name.hasSuffix("ldaploginmodule") {
            return """
                asks a directory (JNDI, LDAP), which runs what that answers; Kafka's clients forbid it, and so does this sink. \
                Use one of Kafka's login modules
                """
        }
        return """
            names no login module that this sink knows; use PlainLoginModule, ScramLoginModule or OAuthBearerLoginModule of \
            org.apache.kafka.common.security, or com.sun.security.auth.module.Krb5LoginModule
            """
    }
}
