internal import Kubernetes

/// How the operator looks at the Secrets that sinks name.
package enum SecretAccess: Sendable, Hashable {
    /// With as few watches as are reasonable, which may show others of a namespace or the cluster, too.
    case widening
    /// Each by its name and nothing else, so that a role with `resourceNames` is enough.
    case byName

    /// Returns the error that a Secret cannot be read with, so that it says what to do about a right that is missing.
    func explained(_ error: APIError, _ secret: SecretName) -> APIError {
        guard error.code == .forbidden else { return error }
        let remedy =
            switch self {
            case .byName:
                "add \(secret.name) to the resourceNames of a role of the operator in the namespace \(secret.namespace), "
                    + "with get, list and watch of secrets (the chart's value rbac.secretNames)"
            case .widening:
                "give it get, list and watch of secrets in the namespace \(secret.namespace), or start it with "
                    + "--watch-secrets-by-name if its role names the Secrets"
            }
        return APIError(
            .forbidden,
            "the operator may not read the Secret \(secret.name): \(remedy); the server says: \(error.message)",
            status: error.status
        )
    }
}
