/// What a sink's pods say about its workers at one moment.
package struct WorkerObservation: Sendable, Hashable {
    /// What keeps workers from working, the most useful first.
    package var failures: [WorkerFailure]
    /// How many pods have been told to end and have not ended yet.
    package var terminating: Int

    /// Creates an observation; without arguments nothing is wrong.
    package init(failures: [WorkerFailure] = [], terminating: Int = 0) {
        self.failures = failures
        self.terminating = terminating
    }
}
