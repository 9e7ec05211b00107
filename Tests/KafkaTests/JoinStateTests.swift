import Testing

@testable import Kafka

@Suite("How far a member is with joining")
struct JoinStateTests {
    @Test(
        "is read off librdkafka's line",
        arguments: [
            ("[thrd:main]: Group \"g\" changed join state steady -> init (state up)", true),
            ("Group \"g\" changed join state init -> wait-join (state up)", true),
            ("Group \"g\" changed join state wait-metadata -> wait-sync (state up)", true),
            ("Group \"g\" changed join state wait-assign-call -> steady (state up)", false),
            ("Group \"g\" changed join state wait-sync -> wait-unassign-call (state up)", false),
        ]
    )
    func reads(line: String, isJoining: Bool) { #expect(JoinState.isJoining(line) == isJoining) }

    @Test("a line of another shape says nothing", arguments: ["", "Group \"g\" heartbeat", "state ->"])
    func ignores(line: String) { #expect(JoinState.isJoining(line) == nil) }
}
