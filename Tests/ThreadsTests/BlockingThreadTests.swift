import Glibc
import Synchronization
import Testing
import Threads

@Suite("A thread for blocking calls", .timeLimit(.minutes(3)))
struct BlockingThreadTests {
    private struct Failure: Error {}

    private static func threadName() -> String {
        let path = "/proc/thread-self/comm"
        guard let file = unsafe fopen(path, "r") else { return "" }
        defer { unsafe fclose(file) }
        var bytes = [CChar](repeating: 0, count: 64)
        let count = unsafe fread(&bytes, 1, 63, file)
        return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .trimmingPrefix("\n").split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test("has run when it is joined, under its name")
    func join() throws {
        let name = Mutex("")
        let thread = try BlockingThread(name: "a-name-that-is-too-long") {
            let own = Self.threadName()
            name.withLock { $0 = own }
        }
        thread.join()
        thread.join()
        #expect(name.withLock { $0 } == "a-name-that-is-")
    }

    @Test("goes on alone when the one who waits for it is cancelled")
    func leaves() async throws {
        let gate = StuckGate()
        let waiting = Task { try await BlockingThread.runUntilCancelled(name: "stuck") { gate.pass() } }
        await gate.awaitArrival()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(!gate.hasPassed)
        gate.open()
        #expect(try await BlockingThread.runUntilCancelled(name: "once") { 7 } == 7)
        await #expect(throws: Failure.self) {
            try await BlockingThread.runUntilCancelled(name: "once") { throw Failure() }
        }
    }

    @Test("gives back what its body returns or throws")
    func run() async throws {
        #expect(try await BlockingThread.run(name: "once") { Self.threadName() } == "once")
        await #expect(throws: Failure.self) { try await BlockingThread.run(name: "once") { throw Failure() } }
    }
}

/// A gate at which a thread blocks, which knows nothing of cancellation.
private final class StuckGate: Sendable {
    private let state = Mutex((hasArrived: false, isOpen: false, hasPassed: false))

    var hasPassed: Bool { state.withLock { $0.hasPassed } }

    func open() { state.withLock { $0.isOpen = true } }

    func pass() {
        state.withLock { $0.hasArrived = true }
        while !state.withLock({ $0.isOpen }) { usleep(1000) }
        state.withLock { $0.hasPassed = true }
    }

    func awaitArrival() async {
        while !state.withLock({ $0.hasArrived }) { await Task.yield() }
    }
}
