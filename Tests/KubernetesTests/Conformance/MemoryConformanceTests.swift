import ScriptedAPI
import Testing

@Suite("The API in memory", .timeLimit(.minutes(10)))
struct MemoryConformanceTests {
    @Test("does what a real server does", arguments: APIConformance.Rule.allCases)
    func conforms(_ rule: APIConformance.Rule) async throws {
        try await APIConformance(api: MemoryAPI(), namespace: "n").check(rule)
    }
}
