import FoundationEssentials
import JSON
import Kubernetes
import Operator
import Testing

@Suite("Reading a sink's pods")
struct WorkerObserverTests {
    private typealias Fixture = WorkerFixture
    private typealias Kind = WorkerFailure.Kind

    private static func failures(
        _ pods: KubernetesObject...,
        readings: [String: WorkerReading] = [:],
        config: String? = nil
    ) -> [WorkerFailure] {
        let now = StatusFixture.noon
        return WorkerObserver.observe(pods, readings: readings, configHash: config, now: now).failures
    }

    @Test(
        "tells what an exit code means, and whether it takes a person",
        arguments: [
            (64, "Error", Kind.configuration, true), (69, "Error", .unavailable, false),
            (70, "Error", .software, false),
            (75, "Error", .failedBatch, false), (137, "OOMKilled", .outOfMemory, false),
            (139, "Error", .crashed, false),
            (128, "StartError", .start, false), (1, "Error", .crashed, false),
        ]
    )
    private func exitCodes(code: Int64, reason: String, kind: Kind, needsPerson: Bool) throws {
        let end = Fixture.end(code, reason: reason, message: "one\ntwo\n")
        for pod in [
            Fixture.pod("a", state: end), Fixture.pod("a", state: Fixture.waiting("CrashLoopBackOff"), lastState: end),
            Fixture.pod("a", lastState: end),
        ] {
            let failure = try #require(Self.failures(pod).first)
            #expect(failure.kind == kind)
            #expect(failure.exitCode == Int(code))
            #expect(failure.reason == reason)
            #expect(failure.needsPerson == needsPerson)
            #expect(failure.message == "one\ntwo")
            #expect(failure.time == "2025-12-31T11:58:00Z")
            #expect(failure.sentence.hasPrefix("worker a "))
            #expect(failure.sentence.hasSuffix(": one\ntwo"))
        }
    }

    @Test(
        "tells what a container waits for",
        arguments: [
            ("CreateContainerConfigError", Kind.containerConfiguration, true), ("ErrImagePull", .image, false),
            ("ImagePullBackOff", .image, false), ("InvalidImageName", .image, true),
            ("ErrImageNeverPull", .image, true), ("RunContainerError", .start, false),
        ]
    )
    private func waiting(reason: String, kind: Kind, needsPerson: Bool) throws {
        let failure = try #require(
            Self.failures(Fixture.pod("a", state: Fixture.waiting(reason, "why"), phase: "Pending")).first
        )
        #expect(failure.kind == kind)
        #expect(failure.needsPerson == needsPerson)
        #expect(failure.sentence == "worker a cannot start (\(reason)): why")
    }

    @Test(
        "takes a container that is being made for what it is",
        arguments: ["ContainerCreating", "PodInitializing", ""]
    )
    func starting(reason: String) {
        #expect(Self.failures(Fixture.pod("a", state: Fixture.waiting(reason), phase: "Pending")).isEmpty)
    }

    @Test("tells the reason of a container that cannot even be retried, not its earlier end")
    func waitingAfterEnd() {
        let pod = Fixture.pod("a", state: Fixture.waiting("ImagePullBackOff", "gone"), lastState: Fixture.end(75))
        #expect(Self.failures(pod).map(\.kind) == [.image])
    }

    @Test("tells why no node takes a pod")
    func unschedulable() throws {
        let pod = Fixture.pod(
            "a",
            phase: "Pending",
            status: [
                "conditions": [
                    [
                        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                        "message": "0/3 nodes are available: 3 Insufficient memory.",
                    ]
                ], "containerStatuses": [],
            ]
        )
        let failure = try #require(Self.failures(pod).first)
        #expect(failure.kind == .unschedulable)
        #expect(!failure.needsPerson)
        #expect(
            failure.sentence == "worker a cannot be placed on a node: 0/3 nodes are available: 3 Insufficient memory."
        )
    }

    @Test("tells that a node put a pod out")
    func evicted() throws {
        let pod = Fixture.pod(
            "a",
            phase: "Failed",
            status: ["reason": "Evicted", "message": "the node was low on memory", "containerStatuses": []]
        )
        #expect(Self.failures(pod).map(\.kind) == [.evicted])
    }

    @Test("forgets an end once the worker has run for a while, then trusts its own words")
    func oldEnd() {
        let end = Fixture.end(75, message: "batch failed")
        let reading = ["uid-a": WorkerReading(reasons: ["broker-1 does not answer"])]
        let young = Fixture.pod("a", state: ["running": ["startedAt": "2025-12-31T11:55:01Z"]], lastState: end)
        let old = Fixture.pod("a", state: ["running": ["startedAt": "2025-12-31T11:55:00Z"]], lastState: end)
        #expect(Self.failures(young, readings: reading).map(\.kind) == [.failedBatch, .notReady])
        #expect(Self.failures(old, readings: reading).map(\.kind) == [.notReady])
    }

    @Test("has nothing to say of a worker that is ready, has ended well, or starts")
    func noFailure() {
        let failing = WorkerReading(reasons: ["stale"])
        #expect(Self.failures(Fixture.pod("a", lastState: Fixture.end(75), isReady: true)).isEmpty)
        #expect(Self.failures(Fixture.pod("a", isReady: true), readings: ["uid-a": failing]).isEmpty)
        #expect(Self.failures(Fixture.pod("a", state: Fixture.end(0, reason: "Completed"))).isEmpty)
        #expect(Self.failures(Fixture.pod("a", lastState: Fixture.end(0, reason: "Completed"))).isEmpty)
        #expect(Self.failures(Fixture.pod("a")).isEmpty)
        #expect(Self.failures(Fixture.pod("a"), readings: ["uid-a": WorkerReading(reasons: [])]).isEmpty)
    }

    @Test("counts pods that end and does not listen to them")
    func terminating() {
        let pods = [Fixture.pod("a", state: Fixture.end(64), isDeleted: true), Fixture.pod("b", isReady: true)]
        let observation = WorkerObserver.observe(pods, now: StatusFixture.noon)
        #expect(observation == WorkerObservation(failures: [], terminating: 1))
    }

    @Test("merges what is the same, and names a few pods")
    func merging() throws {
        let pods = ["e", "b", "a", "d", "c"].map {
            Fixture.pod($0, state: Fixture.end(69, message: "no broker", at: "2025-12-31T11:5\($0 == "d" ? 9 : 1):00Z"))
        }
        let failures = WorkerObserver.observe(pods, now: StatusFixture.noon).failures
        let failure = try #require(failures.first)
        #expect(failures.count == 1)
        #expect(failure.pods == ["a", "b", "c", "d", "e"])
        #expect(failure.time == "2025-12-31T11:59:00Z")
        #expect(
            failure.sentence
                == "5 workers (a, b, c and 2 more) ended with exit code 69 because a service is unreachable or refuses "
                + "it, and are started again: no broker"
        )
    }

    @Test("puts first what takes a person, then what is more useful, then what is newer; and an old configuration last")
    func order() {
        let failures = Self.failures(
            Fixture.pod("old", state: Fixture.end(64), config: "c0"),
            Fixture.pod("m", state: Fixture.end(75, at: "2025-12-31T11:50:00Z")),
            Fixture.pod("n", state: Fixture.end(75, message: "newer", at: "2025-12-31T11:51:00Z")),
            Fixture.pod("o", state: Fixture.end(139)),
            Fixture.pod("p", state: Fixture.waiting("InvalidImageName")),
            config: "c1"
        )
        #expect(failures.map { $0.pods[0] } == ["p", "n", "m", "o", "old"])
        #expect(failures.map(\.isOutdated) == [false, false, false, false, true])
        #expect(failures.last?.needsPerson == false)
    }

    @Test("tells no more failures than people read")
    func limit() {
        let pods = (0..<40).map { Fixture.pod("p\($0)", state: Fixture.end(75, message: "partition \($0)")) }
        #expect(WorkerObserver.observe(pods, now: StatusFixture.noon).failures.count == 20)
    }

    @Test("keeps lines and tabs of a message and drops what could deceive a terminal")
    func controlCharacters() {
        let pod = Fixture.pod("a", state: Fixture.end(64, message: "\n\u{1B}[31mtopic\torders\u{7}\r\nremedy\n \n"))
        #expect(Self.failures(pod).first?.message == "[31mtopic\torders\nremedy")
    }

    @Test("does not blame a worker that is ready for a container beside it that is not")
    func sidecar() {
        let running: JSONValue = ["running": ["startedAt": "2025-12-31T11:59:00Z"]]
        let pod = Fixture.pod(
            "a",
            status: [
                "containerStatuses": [
                    ["name": "worker", "ready": true, "state": running, "lastState": Fixture.end(75)],
                    ["name": "mesh", "ready": false, "state": Fixture.waiting("ImagePullBackOff")],
                ]
            ]
        )
        #expect(Self.failures(pod).map(\.kind) == [.image])
    }

    @Test("hears of an init container that fails")
    func initContainer() {
        let pod = Fixture.pod(
            "a",
            state: Fixture.waiting("PodInitializing"),
            phase: "Pending",
            status: ["initContainerStatuses": [["name": "mesh", "state": Fixture.waiting("ImagePullBackOff", "m")]]]
        )
        #expect(Self.failures(pod).map(\.kind) == [.image])
    }
}
