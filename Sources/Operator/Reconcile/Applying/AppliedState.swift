internal import JSON
internal import Kubernetes

/// What was applied to an object last, and what the object looked like afterwards.
///
/// It tells an edit by somebody else from what the server itself makes of an object: a quantity spelled in another
/// way, a default, a status.
struct AppliedState: Sendable, Hashable {
    /// What every server changes by itself, and what others than the applier own.
    private static let ignored: [[String]] = [
        ["status"], ["metadata", "resourceVersion"], ["metadata", "generation"], ["metadata", "managedFields"],
        ["metadata", "annotations", "deployment.kubernetes.io/revision"], ["spec", "replicas"],
    ]

    /// The digest of what was applied.
    let digest: String
    private let content: Int

    /// Takes an object right after it was applied or found in order.
    init(_ manifest: Manifest, live: KubernetesObject) {
        digest = manifest.digest
        content = Self.ignored.reduce(live.json) { $0.removing($1) }.hashValue
    }

    /// Returns whether an object must be applied.
    /// - Parameters:
    ///   - live: The object as it is now.
    ///   - last: What was applied last in this process, if anything.
    static func needsApply(_ manifest: Manifest, live: KubernetesObject, last: AppliedState?) -> Bool {
        guard live.annotations[SinkMarks.appliedAnnotation] == manifest.digest else { return true }
        if let last, last == AppliedState(manifest, live: live) { return false }
        let wanted = ClusterView.kept(manifest.object, manifest.reference.kind)
        return !Coverage.holds(wanted.json, in: live.json)
    }
}
