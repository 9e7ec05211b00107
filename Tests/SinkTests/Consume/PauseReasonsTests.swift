import Kafka
import Testing

@testable import Sink

@Suite("Why partitions are not fetched")
struct PauseReasonsTests {
    private let a = TopicPartition(topic: "t", partition: 0)
    private let b = TopicPartition(topic: "t", partition: 1)

    private func expect(
        _ reasons: inout PauseReasons,
        pause: Set<TopicPartition> = [],
        resume: Set<TopicPartition> = [],
        _ location: SourceLocation = #_sourceLocation
    ) {
        let change = reasons.takeChanges()
        #expect(Set(change.pause) == pause, sourceLocation: location)
        #expect(Set(change.resume) == resume, sourceLocation: location)
        #expect(change.isEmpty == (pause.isEmpty && resume.isEmpty), sourceLocation: location)
    }

    @Test("A partition is fetched while nobody has a reason against it")
    func oneReason() {
        var reasons = PauseReasons()
        reasons.add([a, b])
        #expect(reasons.isFetched(a))
        expect(&reasons)
        reasons.pause([a], .turns)
        #expect(!reasons.isFetched(a) && reasons.isFetched(b))
        expect(&reasons, pause: [a])
        expect(&reasons)
        reasons.resume([a], .turns)
        expect(&reasons, resume: [a])
    }

    @Test("No reason takes another one back")
    func twoReasons() {
        var reasons = PauseReasons()
        reasons.add([a])
        reasons.pause([a], .registry)
        reasons.pauseAll(.buffers)
        expect(&reasons, pause: [a])
        reasons.resumeAll(.buffers)
        expect(&reasons)
        #expect(reasons.reasons(for: a) == .registry)
        reasons.resume([a], .turns)
        expect(&reasons)
        reasons.resume([a], .registry)
        expect(&reasons, resume: [a])
    }

    @Test("A reason that comes and goes between two looks is not told to the client")
    func flapping() {
        var reasons = PauseReasons()
        reasons.add([a, b])
        reasons.pauseAll(.buffers)
        reasons.resumeAll(.buffers)
        expect(&reasons)
    }

    @Test("A reason for all holds for what comes later too")
    func later() {
        var reasons = PauseReasons()
        reasons.pauseAll(.stop)
        reasons.add([a])
        #expect(!reasons.isFetched(a))
        #expect(reasons.holds(.stop) && !reasons.holds(.buffers))
        expect(&reasons, pause: [a])
    }

    @Test("What is forgotten is not fetched, and comes again without its reasons")
    func forgotten() {
        var reasons = PauseReasons()
        reasons.add([a])
        reasons.pause([a], .share)
        reasons.remove([a])
        #expect(!reasons.isFetched(a))
        expect(&reasons)
        reasons.resume([a], .share)
        reasons.pause([a], .turns)
        expect(&reasons)
        reasons.add([a])
        #expect(reasons.isFetched(a))
        expect(&reasons)
    }

    @Test("The newest request of another thread counts")
    func inbox() {
        let inbox = PollInbox()
        #expect(!inbox.isAwake)
        inbox.pause(a, .registry)
        inbox.pause(b, .registry)
        inbox.resume(a, .registry)
        #expect(inbox.isAwake)
        let requests = inbox.take()
        #expect(
            requests == [
                .init(partition: a, reason: .registry): false, .init(partition: b, reason: .registry): true,
            ]
        )
        #expect(!inbox.isAwake && inbox.take().isEmpty)
        inbox.wake()
        #expect(inbox.isAwake)
        #expect(inbox.take().isEmpty)
        #expect(!inbox.isAwake)
    }

    @Test("A request to read records again is kept for its assignment, apart from those about pausing")
    func returns() throws {
        let inbox = PollInbox()
        let (one, next) = try (ConsumeSamples.partition(), ConsumeSamples.partition())
        inbox.readAgain(one, from: 9)
        inbox.readAgain(one, from: 7)
        inbox.readAgain(next, from: 3)
        #expect(inbox.isAwake && inbox.take().isEmpty && inbox.isAwake)
        let found = inbox.takeReturns()
        #expect(found.count == 2)
        #expect(found.first { $0.partition === one }?.offset == 7)
        #expect(found.first { $0.partition === next }?.offset == 3)
        #expect(!inbox.isAwake && inbox.takeReturns().isEmpty)
    }
}
