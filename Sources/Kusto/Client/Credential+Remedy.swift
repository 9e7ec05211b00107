internal import Identity

extension Credential {
    /// What to check when nothing gives a token for the credential.
    var remedy: String {
        switch self {
        case .clientSecret: "check aad.auth.authority, aad.auth.appid and aad.auth.appkey"
        case .certificate:
            "check aad.auth.authority, aad.auth.appid, aad.auth.appcert.location and aad.auth.appcert.password"
        case .managedIdentity: "check aad.auth.appid, and that the identity is assigned to this machine"
        case .workloadIdentity: "check that the application's federated credential names the pod's service account"
        case .token: "check aad.auth.accesstoken"
        case .oauthClient, .machineEndpoint: "check aad.auth.strategy"
        }
    }
}
