import Kusto
import SinkConfiguration
import Testing

@testable import Sink

@Suite("Records that convert otherwise when they are read again", .timeLimit(.minutes(3)))
struct ChangedConversionTests {
    @Test("a record that was in the batch and cannot be converted any more becomes a dead letter, too")
    func convertsOtherwise() async throws {
        let bad = LaneFixture.Record(5, "not JSON")
        var changed = RecoveryFixture.numbered(5) + [bad]
        changed[2] = LaneFixture.Record(2, "[1]")
        for (again, offsets) in [
            (changed, [0, 1, 2, 3, 4, 5]), (RecoveryFixture.numbered(5) + [bad], [0, 1, 2, 3, 4]),
        ] {
            let letters = DeadLetterStandIn()
            let fixture = try RecoveryFixture(
                RecoveryFixture.numbered(5) + [bad],
                behavior: .ignore,
                reader: RereadingStandIn(again),
                deadLetters: letters
            ) { _, _ in KustoError(.unreachable, "away", leg: .upload, disposition: .retry) }
            await fixture.ingest(fixture.seal())
            #expect(letters.offsets == offsets.map(Int64.init))
            #expect(fixture.partition.committable == 6)
        }
    }
}
