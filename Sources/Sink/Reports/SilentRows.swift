internal import Kusto
internal import Logging
internal import Synchronization

/// Removes what stands in the status tables for batches about which ADX will never say anything, such as one whose message
/// was lost, or whose post was repeated with a row in another table.
final class SilentRows: Sendable {
    /// How old such a row is when it is removed: a message for ADX lives for a week (Azure Storage REST, "Put Message"), and
    /// ADX forgets its failures after two (Kusto, ".show ingestion failures").
    static let life = Duration.seconds(14 * 86_400)
    /// The time between two removals.
    static let interval = Duration.seconds(6 * 3600)
    /// How many are removed of a table at a time: a request each, and meanwhile no report is looked at.
    static let most = 200

    private let key: ReportKey
    private let reader: any ReportReading
    private let clock: SinkClock
    private let logger: Logger
    private let last = Mutex<Duration?>(nil)

    init(key: ReportKey, reader: any ReportReading, clock: SinkClock, logger: Logger) {
        self.key = key
        self.reader = reader
        self.clock = clock
        self.logger = logger
    }

    /// Removes them, unless that was tried less than ``interval`` ago.
    func removeIfDue() async {
        let now = clock.now()
        let isDue = last.withLock { last in
            if let last, now - last < Self.interval { return false }
            last = now
            return true
        }
        guard isDue else { return }
        do throws(KustoError) {
            let count = try await reader.forgetSilent(partitionKey: key.text, olderThan: Self.life, limit: Self.most)
            guard count > 0 else { return }
            // There may be more, which go after the next look.
            if count >= Self.most { last.withLock { $0 = nil } }
            logger.info(
                "rows of batches about which ADX has said nothing for two weeks were removed from its status tables",
                ["rows": count]
            )
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning(
                "rows of batches about which ADX has said nothing cannot be removed from its status tables yet",
                ["error": error.message]
            )
        }
    }
}
