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
        // As for lag: nothing that a tenant sets for the workers makes this process log, wait or take more.
        let configuration = try LagConnection.configuration(of: connection.cluster)
        do {
            try await BlockingThread.runUntilCancelled(name: "group-delete") { [logger] in
                try KafkaGroups.delete(
                    configuration: configuration,
                    group: connection.group,
                    timeout: deadline / 2,
                    logger: logger,
                    brokerLimit: LagConnection.brokerLimit
                )
            }
        } catch let error as KafkaError {
            throw LagError(error.message)
        } catch {
            throw LagError("\(error)")
        }
    }
}
