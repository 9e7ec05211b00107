import Kusto
import Synchronization
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

    /// Waits until a task sleeps, and has begun to after so many others.
    private func awaitSleep(after count: Int = 0) async {
        while clock.sleeps <= count || !clock.isAwaited { await Task.yield() }
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
        await awaitSleep()
        clock.advance(by: .seconds(10))
        #expect(await again?.batch.id == slow.batch.id)
    }

    @Test("while ADX asks for less, fewer batches are handed out, and none before it lets them")
    func throttles() async throws {
        let changes = Mutex<[Throttle.Change]>([])
        let queue = IngestQueue(slots: 4, clock: clock.clock) { change in changes.withLock { $0.append(change) } }
        let partition = try samples.partition()
        for number in Int64(0)..<6 { queue.submit(try item(partition, number..<number + 1)) }
        var held: [IngestItem] = []
        for _ in 0..<4 { held.append(try #require(await queue.next())) }
        queue.throttled(retryAfter: .seconds(5))
        queue.throttled(retryAfter: nil)
        #expect(queue.throttledSince == .zero && queue.growth.factor == 2)
        #expect(changes.withLock { $0 } == [.began])
        for item in held[..<3] { queue.pause(item, for: .seconds(1000)) }
        async let next = queue.next()
        await awaitSleep()
        while clock.now < .seconds(4) { clock.advance(by: .milliseconds(500)) }
        var sleeps = clock.sleeps
        queue.release(held[3])
        await awaitSleep(after: sleeps)
        #expect(queue.count == 5)
        clock.advance(by: .seconds(1))
        let first = try #require(await next)
        #expect(clock.now == .seconds(5))
        #expect(try #require(await queue.next()).batch.id != first.batch.id)
        // Half of four are out; the other batches wait.
        sleeps = clock.sleeps
        async let third = queue.next()
        await awaitSleep(after: sleeps)
        sleeps = clock.sleeps
        queue.release(first)
        await awaitSleep(after: sleeps)
        clock.advance(by: .seconds(1000))
        let again = try #require(await third)
        #expect(again.batch.id == held[0].batch.id)
        queue.accepted()
        #expect(changes.withLock { $0 }.last == .ended(after: .seconds(1005)))
        #expect(queue.throttledSince == nil && queue.growth.factor == 1)
    }

    @Test("the state ends by itself when no batch is left to show whether it lasts")
    func endsByItself() async throws {
        let changes = Mutex<[Throttle.Change]>([])
        let queue = IngestQueue(slots: 4, clock: clock.clock) { change in changes.withLock { $0.append(change) } }
        queue.submit(try item(samples.partition()))
        let only = try #require(await queue.next())
        queue.throttled(retryAfter: nil)
        queue.release(only)
        let reader = Task { await queue.next() }
        while changes.withLock({ $0.count < 2 }) {
            clock.advance(by: .seconds(1))
            await Task.yield()
        }
        #expect(queue.throttledSince == nil)
        queue.close(discarding: false)
        #expect(await reader.value == nil)
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
