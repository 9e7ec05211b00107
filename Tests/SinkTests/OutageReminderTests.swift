import Testing

@testable import Sink

@Suite("When people are reminded of an outage")
struct OutageReminderTests {
    @Test("after five minutes, then when it is twice as long, and at least each hour")
    func distances() {
        var reminder = OutageReminder()
        let due = (1...360).filter { reminder.isDue(after: .seconds($0 * 60)) }
        #expect(due == [5, 10, 20, 40, 80, 140, 200, 260, 320])
    }

    @Test("once for the time during which nobody looked")
    func gaps() {
        var reminder = OutageReminder()
        let due = [299, 3000, 3001, 4799, 4800].filter { reminder.isDue(after: .seconds($0)) }
        #expect(due == [3000, 4800])
    }
}
