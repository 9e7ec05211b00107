import Kubernetes
import Logging
import ScriptedAPI
import Testing

@Suite("Which kinds there are", .timeLimit(.minutes(10)))
struct APIDiscoveryTests {
    private let api = MemoryAPI()
    private let time = ManualClock()
    private let logs = MemoryLogSink()

    private var discovery: APIDiscovery {
        APIDiscovery(api: api, clock: time.clock, logger: Logger(label: "test", sink: logs))
    }

    private var questions: Int { api.requests.filter { $0.verb == .read }.count }

    @Test("is asked once an hour for a group, and once a minute for a kind that it has not")
    func hourly() async {
        let discovery = discovery
        #expect(await discovery.has(.deployment))
        #expect(await !discovery.has(.podMonitor))
        #expect(await discovery.has(.secret))
        #expect(await discovery.has(.pod))
        #expect(api.requests.map(\.name) == ["/apis/apps/v1", "/apis/monitoring.coreos.com/v1", "/api/v1"])
        api.serve(.podMonitor)
        time.advance(by: .seconds(59))
        #expect(await !discovery.has(.podMonitor))
        time.advance(by: .seconds(1))
        #expect(await discovery.has(.podMonitor))
        api.withdraw(.podMonitor)
        time.advance(by: .seconds(3599))
        #expect(await discovery.has(.podMonitor))
        time.advance(by: .seconds(1))
        #expect(await !discovery.has(.podMonitor))
    }

    @Test("is asked again at once when somebody has seen that it changed")
    func onDemand() async {
        let discovery = discovery
        #expect(await !discovery.has(.podMonitor))
        api.serve(.podMonitor)
        discovery.refresh()
        #expect(await discovery.has(.podMonitor))
        #expect(await discovery.has(.deployment))
        api.withdraw(.podMonitor)
        discovery.forget(.podMonitor)
        let before = questions
        #expect(await discovery.has(.deployment))
        #expect(questions == before)
        #expect(await !discovery.has(.podMonitor))
    }

    @Test("knows a kind of a group that has others")
    func otherKind() async {
        let kind = ResourceKind(group: "apps", version: "v1", kind: "StatefulSet", plural: "statefulsets")
        #expect(await !discovery.has(kind))
    }

    @Test("keeps the last answer while the server cannot be asked, and does not ask it all the time")
    func keepsAnswers() async {
        let discovery = discovery
        api.serve(.podMonitor)
        #expect(await discovery.has(.podMonitor))
        api.fail(with: MemoryAPI.unreachableError, times: nil, verb: .read)
        time.advance(by: .seconds(3600))
        for _ in 0..<5 { #expect(await discovery.has(.podMonitor)) }
        #expect(questions == 2)
        #expect(logs.entries.map(\.level) == [.warning])
        time.advance(by: .seconds(30))
        #expect(await discovery.has(.podMonitor))
        #expect(questions == 3)
    }

    @Test("counts as absent what could never be asked for, until it can")
    func unknown() async {
        let discovery = discovery
        api.serve(.podMonitor)
        api.fail(with: MemoryAPI.unreachableError, verb: .read)
        #expect(await !discovery.has(.podMonitor))
        time.advance(by: .seconds(30))
        #expect(await discovery.has(.podMonitor))
    }
}
