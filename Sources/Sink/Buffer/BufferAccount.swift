internal import Synchronization

/// How much of the buffers the batches of one table hold, and whether some of them have failed to leave.
///
/// Lanes and ingestion write it, the poll threads read it; see ``BufferShares``.
package final class BufferAccount: Sendable {
    private let memory = Atomic(0)
    private let disk = Atomic(0)
    private let failed = Atomic(0)
    private let spills = Atomic(false)

    /// Creates an account of nothing.
    package init() {}

    /// The bytes held in memory, without raw tails.
    var memoryBytes: Int { memory.load(ordering: .relaxed) }

    /// The bytes held on disk.
    var diskBytes: Int { disk.load(ordering: .relaxed) }

    /// Whether a sealed batch has failed and was neither accepted nor given up since.
    var hasFailures: Bool { failed.load(ordering: .relaxed) > 0 }

    /// Whether new batches should go to disk although memory is not short yet, to leave it to tables without failures.
    var prefersDisk: Bool { spills.load(ordering: .relaxed) }

    /// Counts what a batch takes, or gives back when negative.
    func note(memory bytes: Int) { memory.wrappingAdd(bytes, ordering: .relaxed) }

    /// Counts what a batch takes on disk, or gives back when negative.
    func note(disk bytes: Int) { disk.wrappingAdd(bytes, ordering: .relaxed) }

    /// Counts a batch that has failed, or takes it away when negative.
    func note(failed count: Int) { failed.wrappingAdd(count, ordering: .relaxed) }

    /// Says whether new batches should go to disk.
    func setPrefersDisk(_ isPreferred: Bool) { spills.store(isPreferred, ordering: .relaxed) }
}
