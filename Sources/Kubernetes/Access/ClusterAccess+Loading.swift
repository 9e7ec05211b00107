extension ClusterAccess {
    /// Where the kubelet puts a pod's identity.
    package static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Finds the cluster: the kubeconfig given, else those of `KUBECONFIG`, else the pod's ServiceAccount, else
    /// `~/.kube/config`.
    /// - Parameters:
    ///   - kubeconfig: A kubeconfig's path; it must exist.
    ///   - environment: The process's environment.
    ///   - serviceAccountFolder: Where a pod's identity is.
    /// - Throws: ``APIError`` with `configuration`, which names the file and the field, and says what to do.
    package static func load(
        kubeconfig: String?,
        environment: [String: String],
        serviceAccountFolder: String = ClusterAccess.serviceAccountFolder
    ) throws(APIError) -> ClusterAccess {
        if let kubeconfig {
            var merged = Kubeconfig()
            guard try merged.merge(fileAt: kubeconfig) else {
                throw APIError(.configuration, "kubeconfig \(kubeconfig) does not exist; check the path")
            }
            return try merged.access(environment: environment)
        }
        let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        if let access = try fromFiles(listed, environment) { return access }
        if let access = try inCluster(environment, folder: serviceAccountFolder) { return access }
        guard listed.isEmpty else {
            throw APIError(
                .configuration,
                "none of the files that KUBECONFIG names exists (\(listed.joined(separator: ", "))); correct or unset it"
            )
        }
        if let home = environment["HOME"], let access = try fromFiles(["\(home)/.kube/config"], environment) {
            return access
        }
        throw APIError(
            .configuration,
            "no cluster is configured: this is no pod (KUBERNETES_SERVICE_HOST is not set), and there is neither "
                + "--kubeconfig nor KUBECONFIG nor ~/.kube/config; give one of them"
        )
    }

    private static func fromFiles(
        _ files: [String],
        _ environment: [String: String]
    ) throws(APIError) -> ClusterAccess? {
        var merged = Kubeconfig()
        var isAny = false
        for file in files where try merged.merge(fileAt: file) { isAny = true }
        return isAny ? try merged.access(environment: environment) : nil
    }

    /// The identity that the kubelet gives a pod, or `nil` outside of one.
    private static func inCluster(
        _ environment: [String: String],
        folder: String
    ) throws(APIError) -> ClusterAccess? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
        else { return nil }
        let token = "\(folder)/token"
        // Both are read again later; what is wrong from the start is said at the start.
        _ = try TokenFileSource.read(token)
        let authorities = PEMSource.file("\(folder)/ca.crt")
        _ = try authorities.read()
        let own = try? BoundedText.read("\(folder)/namespace", what: "the pod's namespace")
        let namespace = [environment["POD_NAMESPACE"], own].compactMap(\.self).first { !$0.isEmpty }
        return ClusterAccess(
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            namespace: namespace ?? "default",
            origin: "the pod's ServiceAccount",
            trust: .only(authorities),
            login: .tokenFile(token)
        )
    }
}
