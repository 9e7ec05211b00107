internal import HTTP
internal import JSON
internal import Secrets

/// A user of a kubeconfig.
struct KubeconfigUser: Sendable {
    let fields: KubeconfigFields

    func certificate() throws(APIError) -> ClusterAccess.CertificateSource? {
        switch (try fields.pem("client-certificate"), try fields.pem("client-key")) {
        case (let certificate?, let key?): .init(certificate: certificate, key: key)
        case (nil, nil): nil
        case (nil, _): throw fields.error("client-certificate", "is missing, but there is a client-key; give both")
        case (_, nil): throw fields.error("client-key", "is missing, but there is a client-certificate; give both")
        }
    }

    func login(cluster: KubeconfigCluster, environment: [String: String]) throws(APIError) -> ClusterAccess.Login {
        if let provider = try fields.object("auth-provider") {
            let name = try provider.text("name") ?? "?"
            throw fields.error(
                "auth-provider",
                "Kubernetes has removed auth providers, \(name) among them; use exec with a credential plugin instead "
                    + "(kubelogin for Azure, gke-gcloud-auth-plugin for Google)"
            )
        }
        let tokenFile = try fields.file("tokenFile")
        let token = try fields.text("token")
        let user = try fields.text("username")
        guard user == nil || (token == nil && tokenFile == nil) else {
            throw fields.error("username", "stands beside a token; give one of the two")
        }
        // A file is read again when its token changes, so it comes before a token that cannot.
        if let tokenFile { return .tokenFile(tokenFile) }
        if let token { return .token(Secret(token)) }
        if let user { return .basic(user: user, password: Secret(try fields.text("password") ?? "")) }
        guard let exec = try fields.object("exec") else { return .none }
        return .plugin(try ExecPlugin(exec, cluster: cluster, environment: environment))
    }

    func impersonation() throws(APIError) -> [HTTPHeader] {
        let user = try fields.text("as")
        let uid = try fields.text("as-uid")
        let groups = try fields.texts("as-groups")
        let extra = try fields.object("as-user-extra")
        guard let user else {
            guard uid == nil, groups.isEmpty, extra == nil else {
                throw fields.error("as", "is missing, but there is as-uid, as-groups or as-user-extra; name the user")
            }
            return []
        }
        var headers = [HTTPHeader("Impersonate-User", user)]
        if let uid { headers.append(HTTPHeader("Impersonate-Uid", uid)) }
        headers += groups.map { HTTPHeader("Impersonate-Group", $0) }
        guard let extra else { return headers }
        for key in (fields.raw("as-user-extra")?.objectValue?.keys ?? []).sorted() {
            // What is no character of a field's name goes percent-encoded, as the API server expects it.
            let name = PercentEncoding.encode(key.lowercased())
            headers += try extra.texts(key).map { HTTPHeader("Impersonate-Extra-\(name)", $0) }
        }
        return headers
    }
}
