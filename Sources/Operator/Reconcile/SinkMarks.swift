/// The names by which the operator, its users and other tools recognise what belongs to a sink.
package enum SinkMarks {
    /// The field manager of the objects that a sink leads to.
    package static let childrenManager = "kustosink-operator"
    /// The field manager of the Deployment's `spec.replicas`, and of nothing else.
    package static let scalerManager = "kustosink-scaler"
    /// The field manager of a sink's status.
    package static let statusManager = "kustosink-status"

    /// The annotation of a sink that keeps the operator's hands off its objects, with the value `paused`.
    package static let reconcileAnnotation = "kustosink.dev/reconcile"
    /// The annotation of an object with the digest of what was applied to it last.
    package static let appliedAnnotation = "kustosink.dev/applied-hash"
    /// The annotation of the workers' pods with the digest of the Secrets' content.
    package static let credentialsAnnotation = "kustosink.dev/credentials-hash"
    /// The annotation of the workers' pods with the digest of their configuration.
    package static let configAnnotation = "kustosink.dev/config-hash"

    /// The finalizer of a sink whose consumer group is to be deleted with it.
    package static let groupFinalizer = "kustosink.dev/consumer-group"
}
