import Kafka
import Testing

@testable import Sink

@Suite("Copies of records that wait")
struct WaitingRecordsTests {
    /// Has room for 4 KiB of them.
    private let buffers: BufferBudget

    init() throws { buffers = try BufferBudget(memoryBytes: 64 << 10, diskBytes: 0, directory: "/tmp") }

    private func records(_ offsets: Range<Int64>, bytes: Int) -> LaneFixture.Records {
        LaneFixture.Records(offsets.map { LaneFixture.Record($0, bytes: Array(repeating: 1, count: bytes)) })
    }

    private func drain(_ waiting: inout WaitingRecords, until stop: Int64? = nil) -> [Int64] {
        var offsets: [Int64] = []
        waiting.drain { records, run in
            for index in run {
                if records.offset(at: index) == stop { return index }
                offsets.append(records.offset(at: index))
            }
            return nil
        }
        return offsets
    }

    @Test("have every part of the records, whether it is there, empty or missing")
    func parts() throws {
        let letters = [
            LetterRecords.letter(1),
            LetterRecords.letter(
                5,
                key: "k",
                value: nil,
                headers: [
                    KafkaHeader(name: "a", value: [1, 2]), KafkaHeader(name: "", value: nil),
                    KafkaHeader(name: "a", value: []),
                ],
                timestamp: 1_700_000_000_000
            ),
            LetterRecords.letter(6, key: "", value: ""),
            LetterRecords.letter(9, key: "not copied"),
        ]
        let source = LetterRecords(letters)
        let copy = try #require(RecordCopies(source, 1..<3, in: buffers))
        #expect(copy.indices == 0..<2)
        for index in copy.indices {
            #expect(DeadLetter(copying: copy, at: index, from: letters[0].source) == letters[index + 1])
            #expect(copy.timestampType(at: index) == source.timestampType(at: index + 1))
        }
        #expect(buffers.pool.aside > 0 && buffers.memoryBytes == 4096)
    }

    @Test("give their memory back, also when there is no room for all")
    func memory() {
        #expect(buffers.waitingLimit == 4096)
        var waiting = WaitingRecords(buffers)
        waiting.add(records(0..<2, bytes: 1000), 0..<2)
        let held = buffers.pool.aside
        #expect(held > 2000 && waiting.firstDropped == nil)
        waiting.add(records(2..<4, bytes: 3000), 0..<2)
        #expect(buffers.pool.aside == held && waiting.firstDropped == 2)
        #expect(drain(&waiting) == [0, 1])
        #expect(buffers.pool.aside == 0 && buffers.memoryBytes == 0)
    }

    @Test(
        "keep the beginning of a run that is larger than the room",
        arguments: [(2, 3000, 1 as Int64), (4, 1500, 2), (1000, 10, 31)]
    )
    func beginnings(count: Int, bytes: Int, kept: Int64) {
        var waiting = WaitingRecords(buffers)
        waiting.add(records(0..<Int64(count), bytes: bytes), 0..<count)
        #expect(waiting.firstDropped == kept)
        #expect(drain(&waiting) == Array(0..<kept))
    }

    @Test("are in order and without gaps: behind one that was dropped all are, until records begin again")
    func gaps() {
        var waiting = WaitingRecords(buffers)
        waiting.add(records(0..<3, bytes: 10), 1..<3)
        waiting.add(records(7..<8, bytes: 5000), 0..<1)
        waiting.add(records(8..<9, bytes: 10), 0..<1)
        #expect(waiting.firstDropped == 7)
        #expect(drain(&waiting, until: 2) == [1])
        #expect(!waiting.isEmpty && drain(&waiting) == [2])
        #expect(waiting.isEmpty && waiting.firstDropped == 7)
        waiting.begin()
        waiting.add(records(7..<8, bytes: 10), 0..<1)
        #expect(waiting.firstDropped == nil && drain(&waiting) == [7])
    }

    @Test("that are dropped let nothing follow them")
    func drop() {
        var waiting = WaitingRecords(buffers)
        waiting.drop()
        #expect(waiting.firstDropped == nil)
        waiting.add(records(0..<3, bytes: 10), 0..<3)
        #expect(drain(&waiting, until: 1) == [0])
        waiting.add(records(3..<4, bytes: 5000), 0..<1)
        waiting.drop()
        #expect(waiting.isEmpty && waiting.firstDropped == 1 && buffers.pool.aside == 0)
    }
}
