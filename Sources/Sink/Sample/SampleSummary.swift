/// What a sample has shown altogether.
package struct SampleSummary: Sendable, Hashable {
    /// How many records were read.
    package var records = 0
    /// How many of them make rows.
    package var rows = 0
    /// How many make none, such as tombstones.
    package var skipped = 0
    /// How many cannot be converted.
    package var errors = 0
    /// The sentence with which a run would end at the first record on which it stops; `nil` when it stops on none.
    package var stop: String?

    /// Creates a summary of nothing.
    package init() {}

    mutating func count(_ record: SampledRecord) {
        records += 1
        switch record.result {
        case .json, .text, .file: rows += 1
        case .skipped: skipped += 1
        case .failed(let failure):
            errors += 1
            if stop == nil { stop = failure.stop }
        }
    }

    mutating func add(_ other: SampleSummary) {
        records += other.records
        rows += other.rows
        skipped += other.skipped
        errors += other.errors
        stop = stop ?? other.stop
    }
}
