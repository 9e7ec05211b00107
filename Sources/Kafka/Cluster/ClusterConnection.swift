internal import CRdKafka
package import Logging

/// A client that is in no group: it asks the cluster about topics and offsets, and joins nothing.
///
/// One of them serves any number of ``OffsetReader``s. Its methods block and may be called from any thread.
package final class ClusterConnection: Sendable {
    let client: ClientHandle
    private let context: ClientContext

    /// Creates a client, which connects in the background.
    /// - Parameters:
    ///   - configuration: Properties under librdkafka's names; those that name a group or a member have no effect.
    ///   - logger: Takes the library's own lines too.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    package init(configuration: KafkaClientConfiguration, logger: Logger) throws(KafkaError) {
        var configuration = configuration
        // With a group, even one that is never joined, the client looks for its coordinator and keeps a connection to it.
        for name in ["group.id", "group.instance.id"] { configuration.values[name] = nil }
        context = ClientContext(logger: logger, showsDebugLines: configuration.values["debug"]?.isEmpty == false)
        client = try ConfigurationHandle(configuration, context: context).makeClient(
            RD_KAFKA_CONSUMER,
            context: context
        )
    }

    /// Returns the partition counts of all topics and of those in `names`, or why the cluster does not say.
    ///
    /// Blocks at most `timeout`, and as long again for each of `names` that is not among all topics: a cluster says whether
    /// a topic is unknown or not allowed only when it is asked for by name.
    /// - Throws: ``KafkaError`` when the cluster does not answer.
    package func topics(
        _ names: [String] = [],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<Int, KafkaError>] {
        var topics = try TopicMetadata.read(client, timeout: timeout)
        for name in names where topics[name] == nil {
            topics[name] = try TopicMetadata.read(client, topic: name, timeout: timeout)
        }
        return topics
    }

    /// Returns the client's errors since the last call, such as the reason why no broker could be reached.
    package func takeErrors() -> [KafkaError] {
        _ = unsafe rd_kafka_poll(client.pointer, 0)
        return context.takeEvents().compactMap { if case .error(let error) = $0 { error } else { nil } }
    }
}
