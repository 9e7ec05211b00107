internal import FoundationEssentials
internal import Secrets

extension ClusterAccess {
    /// What gives requests their credentials.
    func credentialSource(clock: KubernetesClock) -> any CredentialSource {
        switch login {
        case .none: StaticCredentialSource(credential: Credential())
        case .token(let token):
            StaticCredentialSource(credential: Credential(authorization: Secret("Bearer \(token.reveal())")))
        case .tokenFile(let path): TokenFileSource(path: path)
        case .basic(let user, let password):
            StaticCredentialSource(
                credential: Credential(
                    authorization: Secret(
                        "Basic \(Data("\(user):\(password.reveal())".utf8).base64EncodedString())"
                    )
                )
            )
        case .plugin(let plugin): ExecCredentialSource(plugin: plugin, clock: clock)
        }
    }
}
