internal import Kubernetes

/// What stands under the name of an object that a sink wants.
enum Presence: Sendable, Hashable {
    /// Nothing.
    case absent
    /// The sink's own object, or one that nobody controls and that carries the sink's labels.
    case ours(KubernetesObject)
    /// An object that is on its way out: it is being deleted, or belongs to an earlier sink of the same name.
    case leaving(KubernetesObject)
    /// Somebody else's object, which is left alone.
    case foreign(KubernetesObject)

    /// Judges what was found.
    /// - Parameters:
    ///   - live: The object under the wanted name, or `nil`.
    ///   - sink: The sink that wants the name.
    init(_ live: KubernetesObject?, for sink: KubernetesObject) {
        guard let live else {
            self = .absent
            return
        }
        switch live.controller {
        case let (_, _, uid)? where uid == sink.uid:
            self = live.deletionTimestamp == nil ? .ours(live) : .leaving(live)
        case let (kind, name, _)? where kind == KustoSink.kind.kind && name == sink.name && Self.hasOurMark(live):
            self = .leaving(live)
        case nil where Self.hasOurMark(live) && live.labels[ChildLabels.sink] == ChildNames(sink.name).label:
            // A sink that was deleted with `--cascade=orphan` leaves its objects behind, labels and all.
            self = live.deletionTimestamp == nil ? .ours(live) : .leaving(live)
        default:
            self = .foreign(live)
        }
    }

    private static func hasOurMark(_ object: KubernetesObject) -> Bool {
        object.labels[ChildLabels.managedBy] == ChildLabels.manager
    }
}
