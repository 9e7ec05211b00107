import JSON
import Testing

@testable import Kubernetes

@Suite("Who leads")
struct ElectionMachineTests {
    private static let timing = LeaseTiming()

    private static func lease(
        _ holder: String,
        renewed: String = "t0",
        seconds: Int = 15,
        version: String = "1"
    ) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": "l", "namespace": "n", "resourceVersion": .string(version)],
            "spec": [
                "holderIdentity": .string(holder), "leaseDurationSeconds": .integer(Int64(seconds)),
                "acquireTime": "a0", "renewTime": .string(renewed), "leaseTransitions": 3,
                "strategy": "OldestEmulationVersion",
            ],
        ])
    }

    private func candidate() -> ElectionMachine { ElectionMachine(identity: "me", timing: Self.timing) }

    /// A machine that leads since its renewal at zero.
    private func leader() -> ElectionMachine {
        var machine = candidate()
        _ = machine.read(nil, at: .zero, time: "t0")
        machine.written(Self.lease("me"), sent: .zero, at: .milliseconds(10))
        return machine
    }

    @Test("creates the Lease when there is none, and leads")
    func creates() {
        var machine = candidate()
        #expect(machine.attempt(at: .zero, time: "t1") == .get)
        let record = LeaseRecord(holder: "me", durationSeconds: 15, acquireTime: "t1", renewTime: "t1", transitions: 0)
        #expect(machine.read(nil, at: .zero, time: "t1") == .create(record))
        #expect(!machine.mayWrite(at: .zero))
        machine.written(Self.lease("me"), sent: .seconds(1), at: .seconds(2))
        #expect(machine.role == .leading && machine.holder == "me")
    }

    @Test("may write until the deadline after it sent its last renewal, not after the answer")
    func fence() {
        var machine = candidate()
        machine.written(Self.lease("me"), sent: .seconds(1), at: .seconds(4))
        #expect(machine.mayWrite(at: .milliseconds(10_999)))
        #expect(!machine.mayWrite(at: .seconds(11)))
        // A write that is sent now is over when another may lead.
        #expect(machine.writeLimit(at: .seconds(4)) == .seconds(12))
        #expect(machine.writeLimit(at: .seconds(11)) == nil)
        machine.expire(at: .milliseconds(10_999))
        #expect(machine.role == .leading)
        machine.expire(at: .seconds(11))
        #expect(machine.role == .lost)
        // Nothing brings it back, not even the Lease.
        machine.written(Self.lease("me", renewed: "t9"), sent: .seconds(12), at: .seconds(12))
        #expect(!machine.mayWrite(at: .seconds(12)) && machine.attempt(at: .seconds(12), time: "t") == .giveUp)
    }

    @Test("waits for another's lease by its own clock, from when it saw the record change")
    func waits() {
        var machine = candidate()
        // The renewal time says nothing: the other's clock may be years off.
        #expect(machine.read(Self.lease("other", renewed: "1970"), at: .seconds(100), time: "t") == .giveUp)
        #expect(machine.read(Self.lease("other", renewed: "1970"), at: .milliseconds(114_999), time: "t") == .giveUp)
        // A change begins the wait anew.
        #expect(machine.read(Self.lease("other", renewed: "1971"), at: .seconds(115), time: "t") == .giveUp)
        #expect(machine.read(Self.lease("other", renewed: "1971"), at: .seconds(129), time: "t") == .giveUp)
        guard
            case .replace(_, let record) = machine.read(
                Self.lease("other", renewed: "1971"),
                at: .seconds(130),
                time: "t9"
            )
        else {
            Issue.record("the lease was not taken over")
            return
        }
        #expect(record.holder == "me" && record.transitions == 4 && record.acquireTime == "t9")
    }

    @Test("honours the duration that the holder has written, not its own")
    func foreignDuration() {
        var machine = candidate()
        #expect(machine.read(Self.lease("other", seconds: 60), at: .zero, time: "t") == .giveUp)
        #expect(machine.read(Self.lease("other", seconds: 60), at: .seconds(59), time: "t") == .giveUp)
        guard case .replace = machine.read(Self.lease("other", seconds: 60), at: .seconds(60), time: "t") else {
            Issue.record("the lease was not taken over")
            return
        }
    }

    @Test("takes a lease that was given back at once")
    func givenBack() {
        var machine = candidate()
        guard case .replace(_, let record) = machine.read(Self.lease(""), at: .zero, time: "t9") else {
            Issue.record("the lease was not taken")
            return
        }
        #expect(record.holder == "me" && record.transitions == 4)
    }

    @Test("renews without reading, and keeps when it took over and what newer servers say")
    func renews() {
        let machine = leader()
        guard case .replace(let object, let record) = machine.attempt(at: .seconds(2), time: "t2") else {
            Issue.record("no renewal")
            return
        }
        #expect(record.acquireTime == "a0" && record.transitions == 3 && record.renewTime == "t2")
        let written = record.written(into: object).json
        #expect(written["spec"]?["strategy"] == "OldestEmulationVersion")
        #expect(written["metadata"]?["resourceVersion"] == "1")
    }

    @Test("is lost at once when another holds the lease")
    func takenAway() {
        var machine = leader()
        #expect(machine.read(Self.lease("other"), at: .seconds(2), time: "t") == .giveUp)
        #expect(machine.role == .lost && !machine.mayWrite(at: .seconds(2)))
    }

    @Test("does not take a Lease that was deleted under a holder who may not know it yet")
    func deleted() {
        var machine = candidate()
        _ = machine.read(Self.lease("other"), at: .zero, time: "t")
        #expect(machine.read(nil, at: .seconds(14), time: "t") == .giveUp)
        guard case .create = machine.read(nil, at: .seconds(15), time: "t") else {
            Issue.record("the lease was not made anew")
            return
        }
    }

    @Test("gives back what it has, and writes nothing from then on")
    func releases() throws {
        var machine = leader()
        let given = machine.release(at: .seconds(3), time: "t3")
        let record = try #require(given?.1)
        #expect(record.holder == "" && record.durationSeconds == 1 && record.transitions == 3)
        #expect(!machine.mayWrite(at: .seconds(3)) && machine.role == .released)
        #expect(machine.attempt(at: .seconds(3), time: "t") == .giveUp)
        #expect(machine.release(at: .seconds(3), time: "t3")?.1 == nil)
    }

    @Test("gives nothing back that is no longer its own")
    func releasesNothing() {
        var follower = candidate()
        #expect(follower.release(at: .zero, time: "t")?.1 == nil)
        var late = leader()
        #expect(late.release(at: .seconds(10), time: "t")?.1 == nil)
    }
}
