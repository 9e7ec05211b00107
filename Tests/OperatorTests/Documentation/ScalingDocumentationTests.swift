import Testing

@testable import Operator

@Suite("The documentation of scaling")
struct ScalingDocumentationTests {
    @Test("Every reason of scaling is explained, once")
    func scalingReasons() throws {
        let rows = try DocumentationPage("docs/scaling.md").rows(of: "### Reasons of scaling")
        let told = rows.flatMap { DocumentationPage.quoted($0[0]) }
        #expect(told.sorted() == ScalingReason.allCases.map(\.rawValue).sorted())
    }

    @Test("The example of scaling by lag comes out as it is told")
    func scalingExample() throws {
        var spec = ScalingSpec()
        spec.mode = .lag
        var memory = ScalingMemory()
        memory.arrival = RateEstimate(perSecond: 3000, seconds: 180)
        memory.speed = RateEstimate(perSecond: 2500, seconds: 180)
        func need(current: Int, lag: Int64) -> WorkerNeed {
            let partitions = (0..<12).map { number in
                GroupLag.Partition(topic: "orders", number: number, committed: 0, start: 0, end: lag / 12)
            }
            let input = ScalingInput(
                spec: spec,
                memory: memory,
                reading: nil,
                workers: ScalingInput.Workers(current: current, ready: current),
                now: .now
            )
            return WorkerNeed(
                input,
                memory,
                LagSummary(GroupLag(partitions: partitions), progress: [:], usual: 135_000)
            )
        }
        let page = try DocumentationPage("docs/scaling.md").section("## By lag")
        let behind = need(current: 1, lag: 900_000)
        #expect(page.contains(behind.explanation))
        #expect(behind.wanted == 7 && behind.usable == 6)
        let done = need(current: 6, lag: 135_000)
        #expect(done.wanted == 2 && done.usable == 2)
    }

    /// A row of the table of examples.
    struct Row: CustomTestStringConvertible {
        let partitions: Int
        let withLag: Int
        let current: Int
        let lag: Int
        let arrival: Int
        /// `nil` while it is not known.
        let speed: Int?
        let formula: String
        let expected: Int
        let reason: String

        var testDescription: String { "\(lag) records in \(withLag) of \(partitions) partitions, \(current) workers" }

        init?(_ cells: [String]) {
            let numbers = cells.map { Int($0.filter { $0 != "," }) }
            guard cells.count == 9, let partitions = numbers[0], let withLag = numbers[1], let current = numbers[2],
                let lag = numbers[3], let arrival = numbers[4], let expected = numbers[7],
                let reason = DocumentationPage.quoted(cells[8]).first, numbers[5] != nil || cells[5] == "not known"
            else { return nil }
            (self.partitions, self.withLag, self.current, self.lag) = (partitions, withLag, current, lag)
            (self.arrival, speed, formula, self.expected, self.reason) = (
                arrival, numbers[5], cells[6], expected, reason
            )
        }

        /// What the operator, and others, would make of it.
        var scalingCase: ScalingCase? {
            guard let reason = ScalingReason(rawValue: reason) else { return nil }
            return ScalingCase(
                name: testDescription,
                partitions: [
                    .init(committed: 0, end: Int64(lag / withLag), count: withLag),
                    .init(committed: 7, end: 7, count: partitions - withLag),
                ],
                current: current,
                maximum: 10,
                arrival: Double(arrival),
                speed: speed.map(Double.init),
                threshold: 10_000,
                expected: expected,
                reason: reason,
                keda: 0,
                hpa: 0
            )
        }

        /// The formula of the page, with `targetDrainTime` of a minute and batches that wait for 45 seconds.
        var load: Double {
            let backlog = Double(max(0, lag - arrival * 45))
            guard let speed else { return backlog / 10_000 }
            return (Double(arrival) + backlog / 60) / Double(speed)
        }
    }

    private static func rows() throws -> [[String]] {
        try DocumentationPage("docs/scaling.md").rows(of: "### In numbers").filter { $0.first?.first?.isNumber == true }
    }

    @Test("The table of examples is what the operator decides, and what the formula of the page comes to")
    func table() throws {
        let cells = try Self.rows()
        #expect(cells.count >= 8)
        for each in cells {
            let row = try #require(Row(each), "\(each)")
            let scaling = try #require(row.scalingCase, "\(row.reason) is no reason")
            let outcome = scaling.decide()
            #expect(outcome.desired == row.expected, "\(row.testDescription): \(outcome.message)")
            #expect(outcome.reason == scaling.reason, "\(row.testDescription): \(outcome.message)")
            let tenths = Int((row.load * 10).rounded())
            #expect(row.formula == "\(tenths / 10).\(tenths % 10)", "\(row.testDescription)")
        }
    }

    @Test("KEDA would have in the first and the last line what the page says")
    func keda() throws {
        let cells = try Self.rows()
        for each in [cells.first, cells.last] {
            let row = try #require(each.flatMap { Row($0) })
            #expect(try #require(row.scalingCase).kedaReplicas == 10)
        }
        let section = try DocumentationPage("docs/scaling.md").section("### In numbers")
        #expect(section.contains("KEDA would run 10 workers in the first line"))
    }
}
