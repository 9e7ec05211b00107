/// A credential that never changes.
struct StaticCredentialSource: CredentialSource {
    let credential: Credential
    var isSlow: Bool { false }

    func fetch() throws(APIError) -> FetchedCredential { FetchedCredential(credential: credential) }
}
