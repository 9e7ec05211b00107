/// What a KustoSink asks for: the `spec` of the custom resource, typed.
///
/// A part that a user left out is `nil` or has the default of the connector's property; names are those of the resource.
package struct SinkSpec: Sendable, Hashable {
    /// Whether the workers rest: they drain and go to 0, offsets stay.
    package var isPaused = false
    /// How many workers run in the modes `Fixed` and `External`.
    package var replicas = 1
    /// Where records come from.
    package var kafka = KafkaSpec()
    /// Where they go.
    package var kusto = KustoSpec()
    /// Which topic goes to which table.
    package var topics: [TopicSpec] = []
    /// How keys and values are read.
    package var converters = ConvertersSpec()
    /// When a batch is sealed.
    package var flush = FlushSpec()
    /// What happens to what cannot be converted or ingested.
    package var errors = ErrorsSpec()
    /// How much may wait for its ingestion in a worker.
    package var buffers = BuffersSpec()
    /// What a worker writes to its log.
    package var log = LogSpec()
    /// How the number of workers is decided.
    package var scaling = ScalingSpec()
    /// What users may set of the workers' pods.
    package var template = WorkerTemplateSpec()
    /// Whether the workers' traffic is limited by a NetworkPolicy, and who may scrape them.
    package var networkPolicy: NetworkPolicySpec?
    /// What is removed outside the cluster when the resource is deleted.
    package var deletionPolicy = DeletionPolicySpec()
    /// Further properties of the sink by their connector names.
    package var config: [String: String] = [:]

    /// Creates a spec of defaults, which is not complete.
    package init() {}
}
