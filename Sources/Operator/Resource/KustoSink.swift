package import Kubernetes

/// A KustoSink as the API server keeps it, its spec decoded and checked.
package struct KustoSink: Sendable, Hashable {
    /// The resource's kind.
    package static let kind = ResourceKind(
        group: "kustosink.dev",
        version: "v1alpha1",
        kind: "KustoSink",
        plural: "kustosinks"
    )

    /// The object as it is.
    package let object: KubernetesObject
    /// The spec, or everything that is wrong with it.
    package let spec: Result<SinkSpec, SpecProblems>

    /// The resource's name and namespace.
    package var key: SinkKey { SinkKey(namespace: object.namespace, name: object.name) }

    /// Takes an object whose spec was decoded.
    package init(object: KubernetesObject, spec: Result<SinkSpec, SpecProblems>) {
        self.object = object
        self.spec = spec
    }
}

/// Everything that is wrong with a spec; at least one problem.
package struct SpecProblems: Error, Sendable, Hashable {
    /// The problems.
    package let problems: [SpecProblem]

    /// Creates an error.
    package init(_ problems: [SpecProblem]) { self.problems = problems }
}
