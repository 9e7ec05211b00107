import Synchronization

@testable import Sink

/// Keeps what a sample shows.
final class SampleRecorder: Sendable {
    private let state = Mutex<[SampleEvent]>([])

    var events: [SampleEvent] { state.withLock { $0 } }

    var records: [SampledRecord] { events.compactMap { if case .record(let record, _) = $0 { record } else { nil } } }

    var notes: [String] { events.compactMap { if case .note(let note) = $0 { note } else { nil } } }

    var coverage: [ColumnCoverage] { events.compactMap { if case .coverage(let found, _) = $0 { found } else { nil } } }

    var summary: SampleSummary? { if case .summary(let summary) = events.last { summary } else { nil } }

    func take(_ event: SampleEvent) { state.withLock { $0.append(event) } }
}
