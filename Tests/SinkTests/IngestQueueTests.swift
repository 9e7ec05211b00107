import Kusto
import Testing

@testable import Sink

@Suite("Batches that wait for their ingestion", .timeLimit(.minutes(3)))
struct IngestQueueTests {
    private let samples = BatchSamples()
    private let clock = ManualSinkClock()

    private func queue(slots: Int = 2) -> IngestQueue { IngestQueue(slots: slots, clock: clock.clock) }

    private func item(_ partition: AssignedPartition, _ offsets: Range<Int64> = 0..<10) throws -> IngestItem {
        IngestItem(batch: try samples.batch(of: partition, offsets), state: BatchState(policy: RetryPolicy()))
    }

    @Test("hands batches out in their order, no more at a time than there are slots")
    func order() async throws {
        let queue = queue()
        let partition = try samples.partition()
        let items = try (0..<4).map { try item(partition, Int64($0) * 10..<Int64($0) * 10 + 10) }
        for item in items { queue.submit(item) }
        #expect(queue.count == 4)
        let first = try #require(await queue.next())
        let second = try #require(await queue.next())
        #expect([first, second].map(\.batch.id) == items[..<2].map(\.batch.id))
        async let third = queue.next()
        queue.release(first)
        #expect(await third?.batch.id == items[2].batch.id)
        #expect(queue.count == 3)
    }

    @Test("a batch that pauses holds no slot, and comes again when its time has come")
    func pauses() async throws {
        let queue = queue(slots: 1)
        let (slow, quick) = try (item(samples.partition(0)), item(samples.partition(1)))
        queue.submit(slow)
        queue.submit(quick)
        let first = try #require(await queue.next())
        #expect(queue.movingBytes > 0)
        queue.pause(first, for: .seconds(10))
        #expect(queue.movingBytes == 0, "what pauses does not leave by itself")
        let second = try #require(await queue.next())
        #expect(second.batch.id == quick.batch.id)
        queue.release(second)
        async let again = queue.next()
        clock.advance(by: .seconds(10))
        #expect(await again?.batch.id == slow.batch.id)
    }

    @Test("hurrying makes pausing batches ready at once")
    func hurries() async throws {
        let queue = queue()
        queue.submit(try item(samples.partition()))
        queue.pause(try #require(await queue.next()), for: .seconds(3600))
        queue.hurry()
        #expect(await queue.next() != nil)
    }

    @Test("abandoned batches are forgotten, waiting or pausing, and their memory with them")
    func purges() async throws {
        let queue = queue()
        let (gone, kept) = try (samples.partition(0), samples.partition(1))
        queue.submit(try item(gone))
        queue.pause(try #require(await queue.next()), for: .seconds(1))
        queue.submit(try item(gone, 10..<20))
        queue.submit(try item(kept))
        gone.abandon()
        #expect(queue.purge().map(\.slices[0].range.lower).sorted() == [0, 10])
        #expect(queue.purge().isEmpty && queue.count == 1)
        let left = try #require(await queue.next())
        #expect(left.batch.slices[0].partition === kept)
        #expect(queue.movingBytes == left.batch.body.heldBytes)
    }

    @Test("a batch that was taken is no longer held, while others wait")
    func lets() async throws {
        let queue = queue()
        let pool = try PagePool(bytes: 1 << 20)
        let partition = try samples.partition()
        for number in Int64(0)..<3 {
            let batch = try samples.batch(of: partition, number * 10..<number * 10 + 10, pool: pool)
            queue.submit(IngestItem(batch: batch, state: BatchState(policy: RetryPolicy())))
        }
        let held = pool.used
        #expect(held > 0)
        queue.release(try #require(await queue.next()))
        #expect(pool.used * 3 == held * 2)
        queue.purge()
        #expect(queue.count == 2)
    }

    @Test("ends once it is closed and the last batch is finished")
    func ends() async throws {
        let queue = queue()
        queue.submit(try item(samples.partition()))
        let last = try #require(await queue.next())
        queue.close(discarding: false)
        async let end = queue.next()
        queue.release(last)
        #expect(await end == nil)
        let discarding = self.queue()
        discarding.submit(try item(samples.partition()))
        discarding.close(discarding: true)
        #expect(await discarding.next() == nil)
    }

    @Test("gives nothing to a task that is cancelled")
    func cancelled() async throws {
        let queue = queue()
        let task = Task { await queue.next() }
        task.cancel()
        #expect(await task.value == nil)
    }
}
