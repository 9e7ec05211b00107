package import Kubernetes

/// What a sink's spec leads to: the worker's properties and the objects that the operator applies.
package struct RenderedSink: Sendable, Hashable {
    /// The worker's properties; credentials are references to mounted files.
    package let properties: [String: String]
    /// The first 16 hexadecimal digits of the SHA-256 of the rendered configuration.
    package let configHash: String
    /// The same of the referenced Secrets' digests.
    package let credentialsHash: String
    /// The objects in the order in which they are applied; the Deployment is the last and has no `spec.replicas`.
    package let objects: [KubernetesObject]
    /// The Deployment's label selector as text, for `status.selector`.
    package let selector: String
    /// What a person should know, one sentence each.
    package var warnings: [String]

    /// Creates a result.
    package init(
        properties: [String: String],
        configHash: String,
        credentialsHash: String,
        objects: [KubernetesObject],
        selector: String,
        warnings: [String]
    ) {
        self.properties = properties
        self.configHash = configHash
        self.credentialsHash = credentialsHash
        self.objects = objects
        self.selector = selector
        self.warnings = warnings
    }
}
