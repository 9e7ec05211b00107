internal import FoundationEssentials
internal import Kusto

/// A batch that ADX has queued, until it has reported what became of it.
struct FollowedBatch: Sendable {
    let id: BatchID
    let sourceID: UUID
    let route: TableRoute
    /// What it holds of partitions, with what keeps their offsets from being committed.
    let slices: [BatchSlice]
    let rows: Int
    /// Whether it is a part of a refused batch, whose recovery waits for its report.
    let isPart: Bool
    /// When it was queued, on the sink's clock.
    let since: Duration
    /// The batch as it was sealed, if its place in the buffers is to be kept.
    let kept: SealedBatch?

    init(_ batch: SealedBatch, since: Duration, isKept: Bool) {
        id = batch.id
        sourceID = batch.sourceID
        route = batch.route
        slices = batch.slices
        rows = batch.rows
        isPart = batch.partOf != nil
        self.since = since
        kept = isKept ? batch : nil
    }

    /// Whether all its partitions went to other members.
    var isAbandoned: Bool { slices.allSatisfy(\.partition.isAbandoned) }

    /// Says that its offsets are done with.
    func settle() { for slice in slices { slice.settle() } }

    /// Where it is from, for people.
    var origin: String {
        slices.map { "\($0.partition.topicPartition) offsets \($0.range)" }.joined(separator: ", ")
    }

    /// Describes it as a batch that ADX could not ingest.
    /// - Parameter isTriedAgain: Whether the same batch may get in when it is queued again.
    func failed(
        _ fault: BatchFault,
        isTriedAgain: Bool,
        whenDone: @escaping @Sendable () async -> Void,
        whenLeft: @escaping @Sendable () -> Void
    ) -> FailedBatch {
        let slices = slices
        return FailedBatch(
            id: id,
            sourceID: sourceID,
            route: route,
            partition: slices[0].partition,
            range: slices[0].range,
            rows: rows,
            attempts: 1,
            fault: fault,
            isTriedAgain: isTriedAgain,
            wasQueued: true,
            whenDone: {
                for slice in slices { slice.settle() }
                await whenDone()
            },
            whenLeft: whenLeft
        )
    }
}
