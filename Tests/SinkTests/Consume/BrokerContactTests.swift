import Foundation
import Kafka
import Synchronization
import Testing

@testable import Sink

/// Answers, or does not, as a test says.
private final class ScriptedReader: OffsetReading {
    private let state = Mutex<(isUp: Bool, asked: Int)>((false, 0))

    var asked: Int { state.withLock { $0.asked } }

    func set(isUp: Bool) { state.withLock { $0.isUp = isUp } }

    func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] { [:] }

    func watermarks(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)] { [:] }

    func partitionCounts(timeout: Duration) throws(KafkaError) -> [String: Int] {
        let isUp = state.withLock { state in
            state.asked += 1
            return state.isUp
        }
        guard isUp else { throw KafkaError(.timedOut, "no answer") }
        return [:]
    }
}

@Suite("Contact with the brokers", .timeLimit(.minutes(3)))
struct BrokerContactTests {
    private let reader = ScriptedReader()
    private let clock = ManualSinkClock()

    /// Looks, while time goes on, until something has changed.
    private func change(of contact: BrokerContact) async -> BrokerContact.Change? {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let change = contact.check() { return change }
            clock.advance(by: .seconds(1))
            await Task.yield()
        }
        return nil
    }

    @Test("nobody asks without a doubt, and a doubt that an answer disperses changes nothing")
    func staysQuiet() async {
        reader.set(isUp: true)
        let contact = BrokerContact(reader: reader, clock: clock.clock)
        #expect(contact.check() == nil && reader.asked == 0)
        contact.suspect(KafkaError(.brokerUnavailable, "one broker is away"))
        let deadline = ContinuousClock.now + .seconds(60)
        while reader.asked == 0, ContinuousClock.now < deadline {
            #expect(contact.check() == nil)
            await Task.yield()
        }
        #expect(reader.asked == 1)
        for _ in 0..<10 {
            clock.advance(by: .seconds(5))
            #expect(contact.check() == nil)
        }
        #expect(reader.asked == 1)
    }

    @Test("is lost when no broker answers, with the client's reason, and regained when one does")
    func comesBack() async {
        let contact = BrokerContact(reader: reader, clock: clock.clock)
        contact.suspect(KafkaError(.brokerUnavailable, "connection refused"))
        #expect(await change(of: contact) == .lost("connection refused"))
        reader.set(isUp: true)
        #expect(await change(of: contact) == .regained)
    }

    @Test("a record says that a broker answers")
    func hearsRecords() async {
        let contact = BrokerContact(reader: reader, clock: clock.clock)
        contact.suspect(KafkaError(.brokerUnavailable, "connection refused"))
        #expect(await change(of: contact) == .lost("connection refused"))
        contact.noteAnswer()
        #expect(contact.check() == .regained)
    }
}
