internal import JSON
internal import Kubernetes

/// One look at a sink: what was found so far, and what will be remembered.
struct SinkLook: Sendable {
    /// The sink with its spec decoded.
    let sink: KustoSink
    /// The sink's name as the API has it.
    let reference: ObjectReference
    /// What is remembered of the sink.
    var memory: SinkMemory
    /// What the status follows from.
    var input: StatusInput
    /// The status as the server has it, or will have it next.
    var status: JSONValue?
    /// The digest of each Secret's used keys.
    var secretDigests: [String: String] = [:]
    /// Whether a cache is not filled yet, so that nothing can be said about the sink.
    var isUncertain = false
    /// Whether everything that was rendered stands in the cluster.
    var isApplied = false
    /// Whether this look is among the sink's failures already.
    var hasFailed = false
    /// When the server answered a write of this look with the sink, which was there and not being deleted.
    var seen: Duration?
    /// Whether the sink itself is gone after this look.
    var isGone = false

    /// Begins a look.
    init(sink: KustoSink, reference: ObjectReference, memory: SinkMemory) {
        self.sink = sink
        self.reference = reference
        self.memory = memory
        input = StatusInput(sink: sink)
        status = sink.object.json["status"]
    }
}
