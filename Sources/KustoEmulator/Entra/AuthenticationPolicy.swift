/// Which tokens requests need, and which applications there are.
package struct AuthenticationPolicy: Sendable, Hashable {
    /// What a request must carry.
    package enum Mode: String, Sendable, CaseIterable {
        /// A token that was issued here, or a configured one.
        case required
        /// Any bearer token.
        case anyToken
        /// Nothing.
        case none
    }

    /// What a request must carry.
    package var mode: Mode
    /// Applications by client id; when empty the token endpoint takes any.
    package var applications: [String: EmulatedApplication]
    /// The tenants that there are, in lower case; when empty any is.
    package var tenants: Set<String>
    /// The managed identities of the machine.
    package var machine: MachineIdentities
    /// Whom the tokens of the identity provider for Kafka are for.
    package var openIDAudience: String
    /// Tokens that are good without having been issued.
    package var staticTokens: Set<String>
    /// How long an issued token is good, in seconds.
    package var tokenLifetimeSeconds: Int
    /// How long an identity token for queue messages is good, in seconds.
    package var identityTokenLifetimeSeconds: Int
    /// Applications, by client id, that may not ingest; all others may.
    package var applicationsWithoutIngestRight: Set<String>

    /// Creates a policy; without arguments tokens are required and any application gets one for an hour.
    package init(
        mode: Mode = .required,
        applications: [String: EmulatedApplication] = [:],
        tenants: Set<String> = [],
        machine: MachineIdentities = MachineIdentities(),
        openIDAudience: String = "kafka",
        staticTokens: Set<String> = [],
        tokenLifetimeSeconds: Int = 3599,
        identityTokenLifetimeSeconds: Int = 86_400,
        applicationsWithoutIngestRight: Set<String> = []
    ) {
        self.mode = mode
        self.applications = applications
        self.tenants = tenants
        self.machine = machine
        self.openIDAudience = openIDAudience
        self.staticTokens = staticTokens
        self.tokenLifetimeSeconds = tokenLifetimeSeconds
        self.identityTokenLifetimeSeconds = identityTokenLifetimeSeconds
        self.applicationsWithoutIngestRight = applicationsWithoutIngestRight
    }
}
