internal import Kafka
package import Logging
internal import SinkConfiguration
internal import Threads

/// Deletes consumer groups in Kafka, with a client that is made for it and ended afterwards.
package struct KafkaGroupDeleter: GroupDeleting {
    private let logger: Logger

    /// Creates a deleter.
    package init(logger: Logger) { self.logger = logger }

    package func deleteGroup(_ connection: LagConnection, deadline: Duration) async throws(LagError) {
        let configuration = KafkaClientConfiguration(
            connection.client.revealed(),
            secretNames: connection.client.secretNames,
            optionalNames: connection.client.optionalNames
        )
        do {
            try await BlockingThread.run(name: "group-delete") { [logger] in
                try KafkaGroups.delete(
                    configuration: configuration,
                    group: connection.group,
                    timeout: deadline / 2,
                    logger: logger
                )
            }
        } catch let error as KafkaError {
            throw LagError(error.message)
        } catch {
            throw LagError("\(error)")
        }
    }
}
