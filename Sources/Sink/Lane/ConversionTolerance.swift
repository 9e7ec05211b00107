/// What happens to a record that cannot be converted (`errors.tolerance`, `errors.log.*`).
package struct ConversionTolerance: Sendable, Hashable {
    /// Whether the record is skipped (`all`) rather than the worker stopped (`none`).
    package var skips: Bool
    /// Whether each skipped record is logged (`errors.log.enable`).
    package var logs: Bool
    /// Whether such a line names the record's timestamp too (`errors.log.include.messages`).
    package var logsTimestamps: Bool

    /// Creates a rule; without arguments the first bad record stops the worker.
    package init(skips: Bool = false, logs: Bool = false, logsTimestamps: Bool = false) {
        self.skips = skips
        self.logs = logs
        self.logsTimestamps = logsTimestamps
    }
}
