/// What takes dead letters: a dead-letter queue, or a test's stand-in.
package protocol DeadLetterSending: Sendable {
    /// The topic's name.
    var topic: String { get }
    /// Whether letters say what went wrong.
    var addsContext: Bool { get }

    /// Writes a letter and returns when all replicas have it, waiting for room first.
    /// - Throws: ``SinkFailure`` when it cannot be written; the worker then stops.
    func send(_ letter: DeadLetter, table: TableMetrics) async throws(SinkFailure)
}

extension DeadLetterQueue: DeadLetterSending {}
