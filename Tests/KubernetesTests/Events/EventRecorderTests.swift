import Daemon
import JSON
import Logging
import Metrics
import ScriptedAPI
import Testing

@testable import Kubernetes

@Suite("The event recorder", .timeLimit(.minutes(10)))
struct EventRecorderTests {
    private struct Fixture: Sendable {
        let api = MemoryAPI()
        let time = ManualClock()
        let registry = MetricsRegistry()
        let shutdown = GracefulShutdown()
        let recorder: EventRecorder

        init() {
            recorder = EventRecorder(
                api: api,
                controller: "kustosink.dev/operator",
                instance: "pod-1",
                registry: registry,
                clock: time.clock,
                logger: Logger(label: "test", sink: MemoryLogSink())
            )
        }

        var events: [KubernetesObject] { api.objects(.event) }
        var posts: Int { api.writes.filter { $0.request.verb == .create }.count }

        func record(_ note: String = "note", reason: String = "Reason", type: EventType = .normal) {
            recorder.record(
                type: type,
                reason: reason,
                action: "Act",
                note: note,
                regarding: KubernetesObject([
                    "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink",
                    "metadata": ["name": "telemetry", "namespace": "data", "uid": "u-1"],
                ])
            )
        }

        func dropped(_ reason: String) -> Bool {
            registry.render().contains("kusto_sink_operator_events_dropped_total{reason=\"\(reason)\"}")
        }
    }

    private func run(_ body: (Fixture) async throws -> Void) async throws {
        let fixture = Fixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await GracefulShutdown.$current.withValue(fixture.shutdown) { try await fixture.recorder.run() }
            }
            do { try await body(fixture) } catch {
                group.cancelAll()
                throw error
            }
            fixture.shutdown.trigger()
            try await group.next()
        }
    }

    @Test("writes whole events of events.k8s.io/v1")
    func whole() async throws {
        try await run { fixture in
            fixture.record("it happened", type: .warning)
            try await eventually { fixture.events.count == 1 }
            var json = try #require(fixture.events.first).json
            let name = json["metadata"]?["name"]?.stringValue ?? ""
            #expect(name == "telemetry." + String(1_800_000_000_000_000_000 as Int64, radix: 16))
            #expect(json["metadata"]?["namespace"] == "data")
            if case .object(var members) = json {
                members["metadata"] = nil
                json = .object(members)
            }
            #expect(
                json == [
                    "apiVersion": "events.k8s.io/v1", "kind": "Event", "eventTime": "2027-01-15T08:00:00.000000Z",
                    "reportingController": "kustosink.dev/operator", "reportingInstance": "pod-1", "action": "Act",
                    "reason": "Reason", "type": "Warning", "note": "it happened",
                    "regarding": [
                        "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink", "name": "telemetry",
                        "namespace": "data", "uid": "u-1",
                    ],
                ]
            )
        }
    }

    @Test("counts a repeated event in the one that was posted")
    func series() async throws {
        try await run { fixture in
            fixture.record()
            try await eventually { fixture.events.count == 1 }
            fixture.time.advance(by: .seconds(3))
            fixture.record()
            try await eventually { fixture.events.first?.json["series"]?["count"] == 2 }
            #expect(fixture.events.first?.json["series"]?["lastObservedTime"] == "2027-01-15T08:00:03.000000Z")
            for _ in 0..<50 { fixture.record() }
            try await eventually { fixture.time.sleepers == 1 }
            fixture.time.advance(by: .seconds(360))
            try await eventually { fixture.events.first?.json["series"]?["count"] == 52 }
            #expect(fixture.api.writes.count == 3)
        }
    }

    @Test("posts an event anew that the server has forgotten, with its count")
    func forgotten() async throws {
        try await run { fixture in
            fixture.record()
            try await eventually { fixture.events.count == 1 }
            fixture.api.remove(ObjectReference(.event, namespace: "data", name: fixture.events[0].name))
            fixture.record()
            try await eventually { fixture.events.first?.json["series"]?["count"] == 2 }
        }
    }

    @Test("shows the newest note of a repeated event as the newest event")
    func newNote() async throws {
        try await run { fixture in
            fixture.record("table A is missing")
            fixture.record("table B is missing")
            try await eventually { fixture.events.first?.json["series"]?["count"] == 2 }
            try await eventually { fixture.time.sleepers == 1 }
            fixture.time.advance(by: .seconds(20))
            try await eventually { fixture.events.count == 2 }
            let newest = fixture.events.max { ($0.json["eventTime"]?.text ?? "") < ($1.json["eventTime"]?.text ?? "") }
            #expect(newest?.json["note"] == "table B is missing")
        }
    }

    @Test("cuts a note that is too long between two characters", arguments: [1024, 1025])
    func longNote(bytes: Int) async throws {
        try await run { fixture in
            fixture.record(String(repeating: "ü", count: bytes / 2) + (bytes % 2 == 1 ? "x" : ""))
            try await eventually { fixture.events.count == 1 }
            let note = try #require(fixture.events.first?.json["note"]?.stringValue)
            #expect(note.utf8.count <= 1024 && note.hasSuffix(bytes > 1024 ? "ü…" : "ü"))
        }
    }

    @Test("tries again while the server is away, twelve times in about two minutes, and then goes on")
    func retries() async throws {
        try await run { fixture in
            fixture.api.fail(with: MemoryAPI.unreachableError, times: 12)
            fixture.record("first")
            for _ in 0..<11 {
                try await eventually { fixture.time.nextWake.map { $0 - fixture.time.now == .seconds(10) } ?? false }
                fixture.time.advanceToNextWake()
            }
            fixture.record("second", reason: "Other")
            try await eventually { fixture.events.count == 1 }
            #expect(fixture.events[0].json["note"] == "second")
            #expect(fixture.dropped("unreachable") && fixture.time.now == .seconds(110))
        }
    }

    @Test("does not try again what the server refuses", arguments: [403, 422])
    func refused(status: Int) async throws {
        try await run { fixture in
            let error = status == 403 ? MemoryAPI.forbiddenError : APIError(.invalid, "invalid", status: 422)
            fixture.api.fail(with: error)
            fixture.record("first")
            try await eventually { fixture.dropped("refused") }
            fixture.record("second", reason: "Other")
            try await eventually { fixture.events.count == 1 }
        }
    }

    @Test("takes an event for written whose answer was lost")
    func lostAnswer() async throws {
        try await run { fixture in
            fixture.api.add(MemoryFault(.loseAnswer(MemoryAPI.unreachableError)))
            fixture.record()
            try await eventually { fixture.time.nextWake.map { $0 - fixture.time.now == .seconds(10) } ?? false }
            fixture.time.advanceToNextWake()
            try await eventually { fixture.posts == 2 }
            #expect(fixture.events.count == 1 && !fixture.dropped("refused"))
        }
    }

    @Test("drops what does not fit into its queue, and never waits")
    func full() async throws {
        let fixture = Fixture()
        // Nothing is written, since the service does not run.
        for number in 0..<1500 { fixture.record(reason: "R\(number)") }
        #expect(
            fixture.registry.render().contains("kusto_sink_operator_events_dropped_total{reason=\"queue_full\"} 500\n")
        )
    }

    @Test("writes what is left when it is told to stop")
    func drains() async throws {
        let fixture = Fixture()
        for number in 0..<5 { fixture.record(reason: "R\(number)") }
        for _ in 0..<3 { fixture.record(reason: "R0") }
        fixture.shutdown.trigger()
        try await GracefulShutdown.$current.withValue(fixture.shutdown) { try await fixture.recorder.run() }
        #expect(fixture.events.count == 5)
        #expect(fixture.events.compactMap { $0.json["series"]?["count"]?.intValue } == [4])
    }
}
