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

    /// What to do about refusals of which Entra's number says what they are about.
    var remedies: [EntraNumber.Subject: String] {
        var remedies: [EntraNumber.Subject: String] = [
            .tenant: "correct aad.auth.authority, which is the tenant's id",
            .application: """
            correct aad.auth.appid, which is the application's (client) id, or aad.auth.authority if the application is \
            one of another tenant
            """,
        ]
        switch self {
        case .clientSecret(let application, _):
            remedies[.secret] = """
                write the value of a secret into aad.auth.appkey; this makes another one: \
                az ad app credential reset --id \(application.clientID) --append
                """
        case .certificate:
            remedies[.certificate] = """
                add the certificate to the application, or name one of the application's in aad.auth.appcert.location
                """
        case .workloadIdentity:
            remedies[.federation] = """
                compare issuer, subject (system:serviceaccount:NAMESPACE:NAME) and audience (api://AzureADTokenExchange) of \
                the application's federated credential with the pod's service account
                """
            remedies[.tenant] = "correct AZURE_TENANT_ID, or the annotation azure.workload.identity/tenant-id"
            remedies[.application] = "correct AZURE_CLIENT_ID, or the annotation azure.workload.identity/client-id"
        default: return [:]
        }
        return remedies
    }
}
