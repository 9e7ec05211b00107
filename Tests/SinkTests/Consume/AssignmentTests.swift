import Kafka
import Testing

@testable import Sink

@Suite("What becomes of the partitions that the group gives")
struct AssignmentTests {
    private let a = TopicPartition(topic: "t", partition: 0)
    private let b = TopicPartition(topic: "t", partition: 1)
    private let c = TopicPartition(topic: "u", partition: 0)

    private func machine() -> Assignment {
        Assignment(revokeTime: .seconds(10), locateTime: .seconds(5), drainTime: .seconds(20))
    }

    /// A machine that reads these partitions.
    private func reading(_ partitions: [TopicPartition]) -> Assignment {
        var assignment = machine()
        _ = assignment.assigned(partitions, unmapped: [], .zero)
        _ = assignment.located()
        return assignment
    }

    /// The actions with their partitions in order, since the machine knows no order.
    private func sorted(_ actions: [Assignment.Action]) -> [Assignment.Action] {
        func sorted(_ partitions: [TopicPartition]) -> [TopicPartition] {
            partitions.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
        }
        return actions.map { action in
            switch action {
            case .locate(let some): .locate(sorted(some))
            case .read(let some): .read(sorted(some))
            case .seal(let some, let reason, let receipt): .seal(sorted(some), reason, receipt: receipt)
            case .stopReading: .stopReading
            case .leave(let some, let commits): .leave(sorted(some), commits: commits)
            }
        }
    }

    private func tick(
        _ assignment: inout Assignment,
        _ seconds: Int,
        isSealed: Bool = true,
        unsettled: Set<TopicPartition> = []
    ) -> [Assignment.Action] {
        sorted(
            assignment.tick(.seconds(seconds), isSealed: { _ in isSealed }, isSettled: { !unsettled.contains($0) })
        )
    }

    @Test("Partitions are read once it is known where")
    func assigned() {
        var assignment = machine()
        #expect(sorted(assignment.assigned([a, b], unmapped: [], .zero)) == [.locate([a, b])])
        #expect(!assignment.isRead(a))
        #expect(assignment.owesAnswer)
        #expect(sorted(assignment.located()) == [.read([a, b])])
        #expect(assignment.isRead(a) && assignment.isRead(b))
        #expect(!assignment.owesAnswer)
        #expect(assignment.located().isEmpty, "there is one answer")
    }

    @Test("An empty assignment is answered at once")
    func assignedNothing() {
        var assignment = machine()
        #expect(assignment.assigned([], unmapped: [], .zero) == [.read([])])
        #expect(!assignment.owesAnswer)
    }

    @Test("What has no table is never read, and does not keep the others")
    func unmapped() {
        var assignment = machine()
        #expect(assignment.assigned([a, c], unmapped: [c], .zero) == [.locate([a])])
        #expect(assignment.located() == [.read([a])])
        #expect(!assignment.isRead(c))
        #expect(assignment.revoked([c], .zero) == [.leave([c], commits: false)])
        var only = machine()
        #expect(only.assigned([c], unmapped: [c], .zero) == [.read([])])
    }

    @Test("Positions that cannot be found in time do not keep the group waiting")
    func locateTimeout() {
        var assignment = machine()
        _ = assignment.assigned([a], unmapped: [], .seconds(1))
        #expect(tick(&assignment, 5).isEmpty)
        #expect(tick(&assignment, 6) == [.read([a])])
        #expect(assignment.isRead(a))
        #expect(assignment.located().isEmpty)
    }

    @Test("Revoked partitions are sealed, finished, committed and given back")
    func revoked() {
        var assignment = reading([a, b])
        #expect(assignment.revoked([a], .zero) == [.seal([a], .revoke, receipt: 1)])
        #expect(!assignment.isRead(a) && assignment.isRead(b))
        #expect(assignment.owesAnswer)
        #expect(tick(&assignment, 1, isSealed: false).isEmpty)
        #expect(tick(&assignment, 1, unsettled: [a]).isEmpty)
        #expect(tick(&assignment, 2) == [.leave([a], commits: true)])
        #expect(tick(&assignment, 3).isEmpty)
        #expect(!assignment.owesAnswer)
        #expect(assignment.partitions == [b])
    }

    @Test("A revocation ends at its deadline, whatever is unsettled")
    func revokeDeadline() {
        var assignment = reading([a])
        _ = assignment.revoked([a], .seconds(3))
        #expect(tick(&assignment, 12, isSealed: false, unsettled: [a]).isEmpty)
        #expect(tick(&assignment, 13, isSealed: false, unsettled: [a]) == [.leave([a], commits: true)])
    }

    @Test("What is revoked before it was read is given back at once")
    func revokedWhileLocating() {
        var assignment = machine()
        _ = assignment.assigned([a, b], unmapped: [], .zero)
        #expect(assignment.revoked([a], .zero) == [.leave([a], commits: false)])
        #expect(assignment.located() == [.read([b])])
        #expect(!assignment.isRead(a))
    }

    @Test("When everything is revoked before it was read, its positions are of no interest any more")
    func allRevokedWhileLocating() {
        var assignment = machine()
        _ = assignment.assigned([a], unmapped: [], .zero)
        #expect(assignment.revoked([a], .zero) == [.leave([a], commits: false)])
        #expect(assignment.located().isEmpty)
        #expect(tick(&assignment, 60).isEmpty)
    }

    @Test("Nothing is committed for lost partitions")
    func lost() {
        var assignment = reading([a, b])
        #expect(assignment.lost([a]) == [.leave([a], commits: false)])
        #expect(!assignment.isRead(a) && assignment.isRead(b))
    }

    @Test("What is lost while it leaves is given back at once, and not again")
    func lostWhileLeaving() {
        var assignment = reading([a, b])
        _ = assignment.revoked([a, b], .zero)
        #expect(assignment.lost([a]) == [.leave([a], commits: false)])
        #expect(tick(&assignment, 1) == [.leave([b], commits: true)])
        _ = assignment.assigned([a], unmapped: [], .seconds(2))
        _ = assignment.located()
        #expect(tick(&assignment, 60).isEmpty, "the old departure says nothing about the new assignment")
        #expect(assignment.isRead(a))
    }

    @Test("What is lost while it is located is not read")
    func lostWhileLocating() {
        var assignment = machine()
        _ = assignment.assigned([a], unmapped: [], .zero)
        #expect(assignment.lost([a]) == [.leave([a], commits: false)])
        #expect(assignment.located().isEmpty)
    }

    @Test("Two revocations have each their own time")
    func twoDepartures() {
        var assignment = reading([a, b])
        _ = assignment.revoked([a], .zero)
        _ = assignment.revoked([b], .seconds(4))
        #expect(tick(&assignment, 10, unsettled: [a, b]) == [.leave([a], commits: true)])
        #expect(tick(&assignment, 14, unsettled: [b]) == [.leave([b], commits: true)])
    }

    @Test("A partition that is taken and given again begins anew")
    func again() {
        var assignment = reading([a])
        _ = assignment.revoked([a], .zero)
        #expect(tick(&assignment, 1) == [.leave([a], commits: true)])
        #expect(assignment.assigned([a], unmapped: [], .seconds(2)) == [.locate([a])])
        #expect(assignment.located() == [.read([a])])
    }

    @Test("Stopping reads no further, seals everything and ends when all is settled")
    func stops() {
        var assignment = reading([a, b])
        #expect(sorted(assignment.beginStop(.zero)) == [.stopReading, .seal([a, b], .stop, receipt: 1)])
        #expect(assignment.beginStop(.zero).isEmpty)
        #expect(!assignment.isRead(a))
        func isStopped(_ seconds: Int, mayCommit: Bool = true, isSealed: Bool = true, isDone: Bool = true) -> Bool {
            assignment.isStopped(
                .seconds(seconds),
                mayCommit: mayCommit,
                isSealed: { _ in isSealed },
                isDone: { isDone }
            )
        }
        #expect(!isStopped(1, isSealed: false))
        #expect(!isStopped(1, isDone: false))
        #expect(!isStopped(1, mayCommit: false), "the last commit waits for a rebalance that is under way")
        #expect(isStopped(1))
        #expect(isStopped(20, mayCommit: false, isSealed: false, isDone: false), "but not for ever")
    }

    @Test("A member that has nothing stops although it could not commit")
    func stopsWithNothing() {
        var assignment = machine()
        _ = assignment.beginStop(.zero)
        #expect(assignment.isStopped(.zero, mayCommit: false, isSealed: { _ in true }, isDone: { true }))
    }

    @Test("What is assigned while stopping is answered and not read")
    func assignedWhileStopping() {
        var assignment = reading([a])
        _ = assignment.beginStop(.zero)
        #expect(assignment.assigned([b], unmapped: [], .seconds(1)) == [.read([])])
        #expect(!assignment.isRead(b))
        #expect(assignment.revoked([b], .seconds(2)) == [.leave([b], commits: false)])
    }

    @Test("Stopping answers for partitions whose positions were being looked for")
    func stopsWhileLocating() {
        var assignment = machine()
        _ = assignment.assigned([a], unmapped: [], .zero)
        #expect(assignment.beginStop(.seconds(1)) == [.stopReading, .seal([], .stop, receipt: 1), .read([])])
        #expect(assignment.located().isEmpty)
        #expect(!assignment.isRead(a))
    }

    @Test("A revocation while stopping ends no later than the stop")
    func revokedWhileStopping() {
        var assignment = reading([a, b])
        _ = assignment.beginStop(.zero)
        #expect(assignment.revoked([a], .seconds(15)) == [.seal([a], .revoke, receipt: 2)])
        #expect(tick(&assignment, 19, unsettled: [a]).isEmpty)
        #expect(tick(&assignment, 20, unsettled: [a]) == [.leave([a], commits: true)])
    }

    @Test("What is lost while stopping is not committed")
    func lostWhileStopping() {
        var assignment = reading([a, b])
        _ = assignment.beginStop(.zero)
        #expect(assignment.lost([a]) == [.leave([a], commits: false)])
        #expect(assignment.partitions == [b])
    }

    @Test("At the end the group's open questions are answered")
    func ends() {
        var assignment = reading([a, b])
        _ = assignment.revoked([b], .zero)
        _ = assignment.beginStop(.seconds(1))
        #expect(assignment.end() == [b])
        #expect(assignment.partitions.isEmpty)
        #expect(assignment.end().isEmpty)
    }

    @Test("A random history answers each event exactly once and keeps no partition for ever", arguments: 0..<60)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let all = (0..<6).map { TopicPartition(topic: "t", partition: $0) }
        var assignment = machine()
        var now = 0
        var given: Set<TopicPartition> = []
        var revoked: Set<TopicPartition> = []
        var isAssigning = false
        var answers = 0
        var questions = 0
        func note(_ actions: [Assignment.Action]) {
            for action in actions {
                switch action {
                case .read(let some):
                    answers += 1
                    isAssigning = false
                    #expect(some.allSatisfy(given.contains))
                    #expect(some.allSatisfy { !revoked.contains($0) })
                case .leave(let some, _):
                    answers += 1
                    given.subtract(some)
                    revoked.subtract(some)
                default: break
                }
            }
        }
        for _ in 0..<400 {
            now += Int.random(in: 0...3, using: &generator)
            let free = all.filter { !given.contains($0) }
            let held = given.subtracting(revoked)
            // The group asks nothing while it waits for an answer about an assignment.
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where !isAssigning && !free.isEmpty:
                let some = free.filter { _ in Bool.random(using: &generator) }
                given.formUnion(some)
                questions += 1
                isAssigning = true
                note(assignment.assigned(some, unmapped: some.first.map { [$0] } ?? [], .seconds(now)))
            case 1 where !isAssigning && !held.isEmpty:
                let some = held.filter { _ in Bool.random(using: &generator) }
                guard !some.isEmpty else { continue }
                revoked.formUnion(some)
                questions += 1
                note(assignment.revoked(Array(some), .seconds(now)))
            case 2 where !isAssigning && !held.isEmpty:
                questions += 1
                note(assignment.lost(Array(held.prefix(2))))
            case 3: note(assignment.located())
            default:
                let isSettled = Bool.random(using: &generator)
                note(assignment.tick(.seconds(now), isSealed: { _ in true }, isSettled: { _ in isSettled }))
            }
        }
        note(assignment.tick(.seconds(now + 60), isSealed: { _ in false }, isSettled: { _ in false }))
        #expect(!assignment.owesAnswer)
        #expect(answers == questions)
        #expect(Set(assignment.partitions) == given)
    }
}
