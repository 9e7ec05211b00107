import JSON
import Testing

@testable import KustoEmulator

@Suite("Faults strike what they are set on")
struct FaultTests {
    private let upload = FaultEvent(
        endpoint: .blob,
        account: "emulated0",
        method: "PUT",
        text: "/emulated0/ingestdata-0/x.gz"
    )

    private func strikes(_ fault: Fault, _ events: [FaultEvent], now: [Int64] = []) -> [Bool] {
        var table = FaultTable()
        _ = table.add(fault, now: 0)
        return events.enumerated().map { index, event in
            table.strike(event, now: index < now.count ? now[index] : 0).kind != nil
        }
    }

    @Test("A count is used up")
    func count() {
        #expect(strikes(Fault(.refuse, count: 2), [upload, upload, upload]) == [true, true, false])
    }

    @Test("The first requests may pass")
    func after() {
        #expect(strikes(Fault(.refuse, after: 1, count: 1), [upload, upload, upload]) == [false, true, false])
    }

    @Test("A time runs out")
    func time() {
        let fault = Fault(.refuse, duration: .seconds(2))
        #expect(strikes(fault, [upload, upload], now: [19_999_999, 20_000_000]) == [true, false])
    }

    @Test(
        "Filters choose the requests",
        arguments: [
            (Fault(.refuse, at: .blob), true), (Fault(.refuse, at: .queue), false),
            (Fault(.refuse, method: "put"), true),
            (Fault(.refuse, method: "GET"), false), (Fault(.refuse, contains: "ingestdata-0"), true),
            (Fault(.refuse, contains: "ingestdata-1"), false),
            (Fault(.silence, account: "emulated0"), true), (Fault(.silence, account: "emulated1"), false),
            (Fault(.refuse), true),
        ]
    )
    func filters(fault: Fault, isStruck: Bool) {
        #expect(strikes(fault, [upload]) == [isStruck])
    }

    @Test("A probability is repeatable with its seed, and near what was asked for")
    func probability() {
        let events = Array(repeating: upload, count: 1000)
        let first = strikes(Fault(.refuse, probability: 0.3, seed: 42), events)
        #expect(first == strikes(Fault(.refuse, probability: 0.3, seed: 42), events))
        #expect(first != strikes(Fault(.refuse, probability: 0.3, seed: 43), events))
        #expect((250...350).contains(first.count { $0 }))
    }

    @Test("Delays add up and the first other fault decides")
    func combination() {
        var table = FaultTable()
        _ = table.add(Fault(.delay(milliseconds: 5)), now: 0)
        _ = table.add(Fault(.delay(milliseconds: 7)), now: 0)
        _ = table.add(Fault(.throttle(retryAfter: 1)), now: 0)
        _ = table.add(Fault(.refuse, count: 1), now: 0)
        #expect(
            table.strike(upload, now: 0) == FaultTable.Outcome(delayMilliseconds: 12, kind: .throttle(retryAfter: 1))
        )
        table.remove(3)
        #expect(table.strike(upload, now: 0).kind == .refuse)
        #expect(table.entries.map(\.id) == [1, 2])
    }

    @Test(
        "A fault reads from JSON and is listed as it was given",
        arguments: [
            #"{"kind":"refuse","endpoint":"blob","count":3}"#,
            #"{"kind":"throttle","retryAfter":2,"method":"PUT"}"#,
            #"{"kind":"cut","bytes":10,"after":1}"#, #"{"kind":"cutUpload","bytes":3}"#,
            #"{"kind":"silence","account":"emulated1","seconds":1.5}"#,
            #"{"kind":"answer","status":503,"body":"x","permanent":true,"endpoint":"queue"}"#,
            #"{"kind":"delay","milliseconds":5,"contains":"abc"}"#,
            #"{"kind":"reject","data":"x","code":"Stream_X","permanent":true,"endpoint":"streaming"}"#,
            #"{"kind":"fail","code":"General_X","permanent":false,"endpoint":"ingestion"}"#,
        ]
    )
    func json(text: String) throws {
        let given = try JSONValue(parsing: text)
        #expect(try Fault(given).json == given)
    }

    @Test(
        "A fault that makes no sense is refused",
        arguments: [
            "[]", "{}", #"{"kind":"explode"}"#, #"{"kind":"refuse","endpoint":"nowhere"}"#, #"{"kind":"answer"}"#,
            #"{"kind":"delay"}"#, #"{"kind":"refuse","cuont":1}"#, #"{"kind":"reject"}"#,
            #"{"kind":"reject","data":""}"#, #"{"kind":"cutUpload"}"#,
            #"{"kind":"refuse","seconds":1e300}"#, #"{"kind":"refuse","seconds":-1}"#,
        ]
    )
    func refused(text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: EmulatorError.self) { try Fault(json) }
    }
}
