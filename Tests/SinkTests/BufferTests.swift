import Foundation
import Glibc
import Testing

@testable import Sink

@Suite("Buffers")
struct BufferTests {
    private let directory = FileManager.default.temporaryDirectory.path

    private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    private func contents(of buffer: BatchBuffer, pieces: Int) throws -> [UInt8] {
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieces)
        while result.count < buffer.count {
            let count = try unsafe piece.withUnsafeMutableBytes { try unsafe buffer.read(at: result.count, into: $0) }
            result += piece[..<count]
        }
        return result
    }

    @Test("Without a disk budget no directory is needed")
    func noDisk() throws {
        #expect(try SpillSpace(directory: "/proc/nowhere", bytes: 0).capacity == 0)
        #expect(throws: SinkFailure.self) { try SpillSpace(directory: "/proc/nowhere", bytes: 1 << 20) }
    }

    @Test("A batch reads back what was appended, in memory and on disk", arguments: [0, 1 << 20])
    func roundTrip(diskBytes: Int) throws {
        let pool = try PagePool(bytes: 64 << 10)
        let disk = try SpillSpace(directory: directory, bytes: diskBytes)
        var buffers: [(BatchBuffer, [UInt8])] = []
        for number in 0..<6 {
            let buffer = BatchBuffer(pool: pool, disk: disk)
            var expected: [UInt8] = []
            for size in [10, 4096, 5000, 1, 17_000, 30_001, 9000] {
                let piece = bytes(size, seed: UInt64(number * 100 + size))
                buffer.append(piece)
                expected += piece
            }
            buffers.append((buffer, expected))
        }
        #expect((disk.usedBytes > 0) == (diskBytes > 0))
        for (buffer, expected) in buffers {
            #expect(buffer.count == expected.count)
            for pieces in [777, 16_384, 1 << 20] { #expect(try contents(of: buffer, pieces: pieces) == expected) }
        }
        buffers.removeAll()
        #expect(pool.used == 0)
        #expect(disk.usedBytes == 0)
    }

    @Test("A batch that rests leaves its memory to others when it is in demand, and goes on afterwards")
    func rest() throws {
        let pool = try PagePool(bytes: 128 << 10)
        let disk = try SpillSpace(directory: directory, bytes: 1 << 20)
        let buffer = BatchBuffer(pool: pool, disk: disk)
        var expected = bytes(9000, seed: 1)
        buffer.append(expected)
        buffer.rest()
        #expect(pool.used == 3 && disk.usedBytes == 0)
        let other = BatchBuffer(pool: pool, disk: disk)
        other.append(bytes(9000, seed: 2))
        buffer.rest()
        #expect(pool.used == 3 && disk.usedBytes > 0)
        let more = bytes(5000, seed: 3)
        buffer.append(more)
        expected += more
        #expect(try contents(of: buffer, pieces: 777) == expected)
        // Without a disk it stays where it is.
        let kept = BatchBuffer(pool: pool, disk: try SpillSpace(directory: directory, bytes: 0))
        kept.append(expected)
        kept.rest()
        #expect(try contents(of: kept, pieces: 777) == expected)
    }

    @Test("A budget is exhausted only when neither memory nor disk is left, and relieved at half")
    func exhaustion() throws {
        let budget = try BufferBudget(memoryBytes: 256 << 10, diskBytes: 128 << 10, directory: directory)
        var held: [BatchBuffer] = []
        while !budget.isExhausted() {
            let buffer = BatchBuffer(pool: budget.pool, disk: budget.disk)
            buffer.append(bytes(20_000, seed: 1))
            held.append(buffer)
            try #require(held.count < 100)
        }
        #expect(budget.disk.usedBytes > budget.disk.capacity * SpillSpace.slotBytes / 16 * 14)
        #expect(!budget.isRelieved())
        while !budget.isRelieved() { held.removeFirst() }
        #expect(!held.isEmpty)
    }

    @Test("Bytes that are set aside count as pages, up to their limit and as long as there is room")
    func aside() throws {
        let pool = try PagePool(bytes: 64 << 10)
        #expect(pool.capacity == 16)
        #expect(pool.setAside(100, limit: 16 << 10) && pool.used == 1)
        #expect(pool.setAside(3996, limit: 16 << 10) && pool.used == 1, "bytes of several share a page")
        #expect(!pool.setAside(12_289, limit: 16 << 10) && pool.aside == 4096)
        #expect(pool.setAside(12_288, limit: 16 << 10) && pool.used == 4 && pool.peak == 4)
        var pages = (0..<12).compactMap { _ in pool.allocate(overdraft: false) }
        #expect(pages.count == 12 && pool.isUsedUp)
        #expect(pool.allocate(overdraft: false) == nil, "set aside is in use")
        #expect(!pool.setAside(1, limit: 1 << 20) && pool.aside == 16 << 10)
        // A record that was consumed has to go somewhere.
        pages += [pool.allocate(overdraft: true)].compactMap { $0 }
        #expect(pages.count == 13 && pool.used == 17)
        pool.giveBack(16 << 10)
        #expect(pool.aside == 0 && pool.used == 13 && !pool.isUsedUp)
        #expect(pool.setAside(12_288, limit: 1 << 20) && !pool.setAside(1, limit: 1 << 20))
        pool.giveBack(12_288)
        pool.free(pages)
        #expect(pool.used == 0 && pool.peak == 17)
    }

    @Test("The most that was held is never less than what is held now, raw tails included")
    func peak() throws {
        let budget = try BufferBudget(memoryBytes: 1 << 20, diskBytes: 0, directory: "/tmp")
        let shelf = TailShelf(budget: budget.tails, lanes: 1)
        #expect(budget.memoryPeakBytes == 0)
        let tail = shelf.open {}
        #expect(budget.memoryBytes > 0 && budget.memoryPeakBytes == budget.memoryBytes)
        #expect(budget.takeWaiting(20_000))
        let most = budget.memoryBytes
        #expect(budget.memoryPeakBytes == most)
        budget.giveBackWaiting(20_000)
        shelf.close(tail)
        #expect(budget.memoryBytes == 0 && budget.memoryPeakBytes == most)
    }

    @Test("A wait for room ends when bytes that were set aside come back")
    func awaitsAside() throws {
        let pool = try PagePool(bytes: 64 << 10)
        #expect(pool.setAside(64 << 10, limit: 64 << 10))
        let thread = Thread { while pool.isUsedUp { pool.awaitFreedPages(timeout: .seconds(60)) } }
        thread.start()
        pool.giveBack(64 << 10)
        while !thread.isFinished { usleep(1000) }
    }

    @Test("Small batches that never go to disk exhaust the budget with memory alone, and relieve it with memory")
    func smallBatches() throws {
        let budget = try BufferBudget(memoryBytes: 256 << 10, diskBytes: 1 << 20, directory: directory)
        var held: [BatchBuffer] = []
        while !budget.isExhausted() {
            let buffer = BatchBuffer(pool: budget.pool, disk: budget.disk)
            buffer.append(bytes(100, seed: 1))
            held.append(buffer)
            try #require(held.count <= budget.pool.capacity)
        }
        #expect(budget.disk.usedBytes == 0)
        #expect(held.allSatisfy { $0.heldBytes == PagePool.pageBytes })
        #expect(!budget.isRelieved())
        held.removeLast(held.count / 2)
        #expect(budget.isRelieved())
    }

    @Test("A disk that refuses is counted with its reason, and what it refused stays in memory")
    func refusingDisk() throws {
        let pool = try PagePool(bytes: 64 << 10)
        let disk = SpillSpace(bytes: 1 << 20, descriptor: unsafe open("/dev/full", O_RDWR))
        let buffer = BatchBuffer(pool: pool, disk: disk)
        let expected = bytes(100_000, seed: 3)
        buffer.append(expected)
        #expect(disk.usedBytes == 0)
        #expect(disk.refusals.count > 0)
        #expect(disk.refusals.reason == "No space left on device")
        #expect(try contents(of: buffer, pieces: 5000) == expected)
        #expect(pool.isUsedUp)
    }

    @Test("A disk that refuses is left alone for a second, then for longer, until it takes something")
    func sparesRefusingDisks() throws {
        let clock = ManualSinkClock()
        let descriptor = unsafe open("/dev/full", O_RDWR)
        let disk = SpillSpace(bytes: 1 << 20, descriptor: descriptor, clock: clock.clock)
        let page = bytes(PagePool.pageBytes, seed: 1)
        func write() -> Bool { unsafe page.withUnsafeBytes { unsafe disk.write([$0]) != nil } }
        // In one minute every record that comes asks the disk; the disk is really asked after 0, 1, 3, 7, 15 and 31 s,
        // and never later than half a minute after the last time.
        var taken = 0
        for _ in 0..<6000 {
            if write() { taken += 1 }
            clock.advance(by: .milliseconds(10))
        }
        #expect(taken == 0)
        #expect(disk.refusals.count == 6)
        let file = try #require(temporaryFile())
        dup2(file, descriptor)
        clock.advance(by: .seconds(30))
        #expect(write())
        #expect(write())
        close(file)
    }

    @Test(
        "Bytes that the disk changed or lost are never given out, wherever they are read",
        arguments: [1, 40_000, 3 << 14]
    )
    func refusesAlteredBytes(place: Int) throws {
        let pool = try PagePool(bytes: 64 << 10)
        let file = try #require(temporaryFile())
        let disk = SpillSpace(bytes: 1 << 20, descriptor: file)
        let buffer = BatchBuffer(pool: pool, disk: disk)
        let expected = bytes(100_000, seed: 4)
        buffer.append(expected)
        #expect(disk.usedBytes == 64 << 10)
        let isSame = try contents(of: buffer, pieces: 1000) == expected
        #expect(isSame)
        var byte: UInt8 = 0
        unsafe pread(file, &byte, 1, place)
        let altered = byte ^ 0x10
        _ = unsafe withUnsafeBytes(of: altered) { unsafe pwrite(file, $0.baseAddress, 1, place) }
        let slot = place / SpillSpace.slotBytes * SpillSpace.slotBytes
        for pieces in [100, 1 << 14, 50_000] {
            let error = #expect(throws: SinkFailure.self) { _ = try contents(of: buffer, pieces: pieces) }
            #expect(error?.code == .localFault)
            #expect(error?.message.contains("not those that were written") == true)
        }
        // Before the slot everything is as it was.
        var before = [UInt8](repeating: 0, count: slot)
        _ = try unsafe before.withUnsafeMutableBytes { try unsafe buffer.read(at: 0, into: $0) }
        let isUnchanged = before == Array(expected[..<slot])
        #expect(isUnchanged)
        ftruncate(file, 0)
        let lost = #expect(throws: SinkFailure.self) { _ = try contents(of: buffer, pieces: 1000) }
        #expect(lost?.message.contains("the file ends early") == true)
    }

    @Test("More memory than there can be is a setting that is refused, not a crash")
    func hugeBudgets() throws {
        let error = #expect(throws: SinkFailure.self) {
            try BufferBudget(memoryBytes: 1 << 60, diskBytes: 0, directory: directory)
        }
        #expect(error?.code == .clientConfiguration)
        #expect(error?.message.contains("buffer.memory.bytes") == true)
        let budget = try BufferBudget(memoryBytes: 8 << 20, diskBytes: 1 << 50, directory: directory)
        #expect(budget.isRelieved() && !budget.isExhausted())
    }

    /// A file without a name, open for reading and writing.
    private func temporaryFile() -> Int32? {
        var template = Array("\(directory)/kusto-sink-test-XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&template)
        unsafe unlink(template)
        return descriptor < 0 ? nil : descriptor
    }

    @Test("A directory that cannot be written names the property and the reason")
    func unwritable() {
        let error = #expect(throws: SinkFailure.self) {
            try SpillSpace(directory: "/proc/no-such-directory", bytes: 1 << 20)
        }
        #expect(error?.code == .unwritableDirectory)
        #expect(error?.message.hasPrefix("tempdir.path=/proc/no-such-directory cannot be written: ") == true)
    }

    @Test("The spill file is for its own user alone")
    func spillMode() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let disk = try SpillSpace(directory: folder, bytes: 1 << 20)
        let modes = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name -> mode_t? in
            let link = "/proc/self/fd/\(name)"
            guard let place = try? FileManager.default.destinationOfSymbolicLink(atPath: link), place.hasPrefix(folder)
            else { return nil }
            var status = stat()
            return unsafe stat(link, &status) == 0 ? status.st_mode & 0o777 : nil
        }
        #expect(modes == [0o600])
        #expect(disk.capacity == 64)
    }

    @Test("The spill file leaves no trace in its directory")
    func unlinked() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let disk = try SpillSpace(directory: folder, bytes: 1 << 20)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(disk.capacity == 64)
    }
}
