import Kafka
import Testing

@testable import Sink

@Suite("Handing records to lanes")
struct LaneFeedTests {
    /// Lanes that take records or not, and remember what they took and how long they were waited for.
    private final class Lanes {
        var isFull: Set<Int> = []
        var taken: [[String]] = [[], []]
        var waits: [Duration] = []

        func hand(_ lane: Int, _ messages: String, _ runs: [EncoderLane.AssignedRun], _ timeout: Duration) -> Bool {
            waits.append(timeout)
            guard !isFull.contains(lane) else { return false }
            taken[lane].append(messages + runs.map { "\($0.partition.topicPartition.partition)" }.joined())
            return true
        }
    }

    private let lanes = Lanes()
    private let partitions: [AssignedPartition]

    init() throws { partitions = try (0..<4).map { try ConsumeSamples.partition($0, lane: Int($0 % 2)) } }

    private func runs(_ numbers: [Int]) -> [[EncoderLane.AssignedRun]] {
        var runs: [[EncoderLane.AssignedRun]] = [[], []]
        for number in numbers { runs[number % 2].append(.init(partition: partitions[number], range: 0..<1)) }
        return runs
    }

    private func feed() -> LaneFeed<String> { LaneFeed(lanes: 2, patience: .seconds(1)) }

    @Test("Each lane gets its own, and a lane without records is not asked")
    func hands() {
        var feed = feed()
        feed.add("a", runs([0, 1, 2]), hand: lanes.hand)
        feed.add("b", runs([1]), hand: lanes.hand)
        #expect(lanes.taken == [["a02"], ["a1", "b1"]])
        #expect(!feed.isStuck)
    }

    @Test("A lane that takes nothing is waited for once, keeps its order, and does not keep the other one")
    func stuck() {
        var feed = feed()
        lanes.isFull = [0]
        feed.add("a", runs([0, 1]), hand: lanes.hand)
        feed.add("b", runs([0, 1]), hand: lanes.hand)
        #expect(feed.isStuck(0) && !feed.isStuck(1))
        // The time is for all lanes of a poll together, and nothing more is spent on a lane that is known to be stuck.
        #expect(lanes.waits == [.seconds(1), .zero, .seconds(1)])
        feed.retry(hand: lanes.hand)
        #expect(lanes.waits.last == .zero)
        lanes.isFull = []
        feed.add("c", runs([0]), hand: lanes.hand)
        #expect(lanes.taken == [[], ["a1", "b1"]])
        feed.retry(hand: lanes.hand)
        #expect(lanes.taken == [["a0", "b0", "c0"], ["a1", "b1"]])
        #expect(!feed.isStuck)
    }

    @Test("What waits of partitions that were given up is dropped, and only that")
    func drops() {
        var feed = feed()
        lanes.isFull = [0, 1]
        feed.add("a", runs([0, 1, 2]), hand: lanes.hand)
        feed.add("b", runs([0, 1]), hand: lanes.hand)
        feed.drop([partitions[0], partitions[1]])
        #expect(feed.isStuck(0) && !feed.isStuck(1))
        lanes.isFull = []
        feed.retry(hand: lanes.hand)
        #expect(lanes.taken == [["a2"], []])
    }

    @Test("Partitions are spread over the lanes, whichever task they belong to")
    func spread() {
        let spread = LaneSpread(lanes: 3)
        // Four tasks with a partition each, then one task with five.
        var lanes = (0..<9).map { _ in spread.take() }
        #expect((0..<3).map { lane in lanes.count { $0 == lane } } == [3, 3, 3])
        for lane in lanes where lane == 1 { spread.release(lane) }
        lanes = (0..<3).map { _ in spread.take() }
        #expect(lanes == [1, 1, 1])
    }
}
