/// Why a record cannot be converted, and what a run of the sink does then.
package struct ConversionFailure: Sendable, Hashable {
    /// What becomes of the record (`errors.tolerance`, `errors.deadletterqueue.topic.name`).
    package enum Consequence: Sendable, Hashable {
        /// The worker stops, after it has written the record to a topic if there is one.
        case stops(letterTopic: String?)
        /// The record goes to a dead-letter topic.
        case letter(topic: String)
        /// The record is passed over.
        case skipped
    }

    /// `key` or `value`.
    package let side: String
    /// The converter's sentence.
    package let reason: String
    /// What becomes of the record.
    package let consequence: Consequence
    /// The sentence with which a run ends; `nil` when it goes on.
    package let stop: String?

    /// Whether a run stops.
    package var isStop: Bool { stop != nil }

    /// What becomes of the record, in words.
    package var consequenceText: String {
        switch consequence {
        case .stops(nil): "a run stops here with exit code 75 (errors.tolerance=none)"
        case .stops(let topic?):
            "a run writes it to dead-letter topic \(topic) and stops here with exit code 75 (errors.tolerance=none)"
        case .letter(let topic): "a run writes it to dead-letter topic \(topic) and goes on (errors.tolerance=all)"
        case .skipped: "a run skips it, logs that and counts it (errors.tolerance=all, no dead-letter topic)"
        }
    }
}
