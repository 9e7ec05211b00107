import Testing

@testable import SinkConfiguration

@Suite("Good, bad and boundary values")
struct PropertyValueTests {
    @Test(
        "Every whole number is checked at both ends",
        arguments: PropertyTable.all.filter { $0.status != .ignored }.map(\.name)
    )
    func bounds(name: String) throws {
        let definition = try #require(PropertyTable[name])
        let (type, range): (String, ClosedRange<Int64>)
        switch definition.kind {
        case .int(let bounds): (type, range) = ("INT", bounds)
        case .long(let bounds): (type, range) = ("LONG", bounds)
        default: return
        }
        func reason(_ text: String) -> String? {
            do throws(PropertyValue.Mismatch) {
                _ = try PropertyValue.parse(text, as: definition.kind)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(reason("\(range.lowerBound)") == nil && reason("\(range.upperBound)") == nil)
        #expect(reason("\(range.lowerBound - 1)")?.hasPrefix("Value must be ") == true)
        #expect(reason("\(range.lowerBound - 1)")?.contains("\(range.lowerBound)") == true)
        let above = "Value must be from \(range.lowerBound) to \(range.upperBound)"
        #expect(reason("\(range.upperBound + 1)")?.hasPrefix(above) == true)
        for text in ["", "x", "1.0", "1e3", "1000 * 60", "0x10", "99999999999999999999"] {
            #expect(reason(text)?.hasPrefix("Not a number of type \(type)") == true)
        }
        guard definition.group != .kafka else { return }
        let problem = problems([name: "abc"]).first
        #expect(problem == "Invalid value abc for configuration \(name): Not a number of type \(type)")
    }

    @Test(
        "Every Boolean takes true and false in any case, and nothing else",
        arguments: PropertyTable.all.filter { $0.kind == .boolean }.map(\.name)
    )
    func booleans(name: String) {
        for good in ["true", "TRUE", "False"] { #expect(problems([name: good]) == []) }
        for bad in ["yes", "1", "t"] {
            #expect(
                problems([name: bad]) == [
                    """
                    Invalid value \(bad) for configuration \(name): Expected value to be either true or false; write true \
                    for \(bad)
                    """
                ]
            )
        }
    }

    @Test(
        "Every choice takes its words in any case, and nothing else",
        arguments: [
            "behavior.on.error", "errors.tolerance", "compression.type", "log.level", "log.format", "aad.auth.strategy",
            "errors.deadletterqueue.security.protocol", "misc.deadletterqueue.security.protocol",
            "consumer.override.security.protocol", "consumer.override.auto.offset.reset",
        ]
    )
    func choices(name: String) throws {
        let definition = try #require(PropertyTable[name])
        guard case .enumeration(let words) = definition.kind else {
            Issue.record("\(name) is no enumeration")
            return
        }
        let queues: [String: String?] = [
            "errors.deadletterqueue.topic.name": "dead", "misc.deadletterqueue.topic.name": "dead2",
            "misc.deadletterqueue.bootstrap.servers": "b:1", "aad.auth.accesstoken": "t",
        ]
        for word in words {
            for spelling in [word.uppercased(), word.lowercased()] {
                #expect(problems(queues.merging([name: spelling]) { $1 }) == [])
            }
        }
        let problem = problems(queues.merging([name: "nonsense"]) { $1 })
        let expected =
            "Invalid value nonsense for configuration \(name): String must be one of: \(words.joined(separator: ", "))"
        #expect(problem == [expected])
    }

    @Test("A list drops blanks, empty parts and duplicates")
    func lists() throws {
        #expect(
            try settings(["topics": " orders , ,orders,", "bootstrap.servers": "a:1 , b:2"]).topics == .list(["orders"])
        )
        #expect(try settings(["bootstrap.servers": " a:1 , ,b:2,"]).consumer["bootstrap.servers"] == "a:1,b:2")
    }
}
