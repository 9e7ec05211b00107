import Dispatch
import Testing

@testable import Kafka

@Suite("Work that may never end", .timeLimit(.minutes(3)))
struct BoundedWorkTests {
    @Test("is waited for until it ends, and not for longer than its limit")
    func isBounded() {
        let ended = BoundedWork.run(name: "test", limit: .seconds(150)) {}
        #expect(ended == true)
        let never = DispatchSemaphore(value: 0)
        let unfinished = BoundedWork.run(name: "test", limit: .milliseconds(50)) { never.wait() }
        #expect(unfinished == false)
        never.signal()
    }
}
