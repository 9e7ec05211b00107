import Foundation
import Testing

@testable import Sink

@Suite("The share of a table whose batches cannot leave")
struct BufferSharesTests {
    private typealias Usage = BufferShares.Usage

    @Test("is as much as is free, in memory and altogether")
    func limit() {
        func isOver(_ memory: Int, _ disk: Int, free: (Int, Int), paused: Bool = false) -> Bool {
            BufferShares.isOver(
                Usage(memory: memory, disk: disk),
                free: Usage(memory: free.0, disk: free.1),
                isPaused: paused
            )
        }
        #expect(!isOver(10, 400, free: (10, 500)))
        #expect(isOver(11, 0, free: (10, 500)), "batches of a page stay in memory")
        #expect(isOver(5, 506, free: (10, 500)))
        #expect(isOver(4, 0, free: (11, 500), paused: true), "a paused one goes on once it holds much less")
        #expect(!isOver(4, 0, free: (12, 500), paused: true))
    }

    @Test("leaves room however many tables are stuck", arguments: 1...8)
    func leavesRoom(count: Int) {
        let capacity = 10_000
        var held = Array(repeating: 0, count: count)
        var isPaused = Array(repeating: false, count: count)
        func free() -> Usage { Usage(memory: 1 << 30, disk: capacity - held.reduce(0, +) - (1 << 30)) }
        while isPaused.contains(false) {
            for index in held.indices where !isPaused[index] {
                held[index] += 1
                isPaused[index] = BufferShares.isOver(Usage(disk: held[index]), free: free(), isPaused: false)
            }
        }
        let left = capacity - held.reduce(0, +)
        #expect(abs(left - capacity / (count + 1)) <= count + 1)
        #expect(held.allSatisfy { abs($0 - left) <= count + 1 })
    }

    @Test("is kept apart from what others may use, and is given back with the batch")
    func relief() throws {
        let budget = try BufferBudget(
            memoryBytes: 2 << 20,
            diskBytes: 0,
            directory: FileManager.default.temporaryDirectory.path
        )
        let account = BufferAccount()
        var stuck: BatchBuffer? = BatchBuffer(pool: budget.pool, disk: budget.disk, account: account)
        while budget.pool.used < budget.pool.capacity / 2 {
            stuck?.append(Array(repeating: 7, count: PagePool.pageBytes))
        }
        var others: [BatchBuffer] = []
        while !budget.isExhausted() {
            let buffer = BatchBuffer(pool: budget.pool, disk: budget.disk)
            buffer.append(Array(repeating: 7, count: PagePool.pageBytes))
            others.append(buffer)
        }
        let kept = Usage(memory: account.memoryBytes, disk: account.diskBytes)
        #expect(kept.memory >= budget.pool.capacity / 2 * PagePool.pageBytes)
        others.removeFirst(others.count / 2 + 1)
        #expect(!budget.isRelieved())
        #expect(budget.isRelieved(beside: kept))
        stuck = nil
        #expect(account.memoryBytes == 0)
        _ = stuck
    }

    @Test("goes to disk early, and is counted there")
    func spills() throws {
        let budget = try BufferBudget(
            memoryBytes: 2 << 20,
            diskBytes: 4 << 20,
            directory: FileManager.default.temporaryDirectory.path
        )
        let account = BufferAccount()
        account.setPrefersDisk(true)
        let buffer = BatchBuffer(pool: budget.pool, disk: budget.disk, account: account)
        buffer.append(Array(repeating: 7, count: 10 * PagePool.pageBytes))
        #expect(account.diskBytes == 2 * SpillSpace.slotBytes)
        #expect(account.memoryBytes == 2 * PagePool.pageBytes)
    }

    @Test("concerns tables with a batch that has failed, for as long as it is there")
    func failures() throws {
        let samples = BatchSamples()
        let partition = try samples.partition()
        var batch: SealedBatch? = try samples.batch(of: partition)
        let account = partition.route.account
        #expect(!account.hasFailures)
        batch?.noteFailure()
        batch?.noteFailure()
        #expect(account.hasFailures)
        batch = nil
        #expect(!account.hasFailures)
        _ = batch
    }
}
