import Daemon
import Metrics
import Observability
import Synchronization
import Testing

@Suite("The endpoint")
struct EndpointTests {
    private let registry = MetricsRegistry()
    private let health = HealthState(limit: .seconds(30))

    private func answer(_ method: String, _ path: String) -> EndpointResponder.Answer {
        EndpointResponder(registry: registry, health: health).answer(method: method, path: path)
    }

    @Test("gives the metrics in Prometheus's text format")
    func metrics() {
        ProcessMetrics.register(in: registry, build: ["version": "1.2", "revision": "1a2b"])
        let answer = answer("GET", "/metrics")
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.body.contains("kusto_sink_build_info{revision=\"1a2b\",version=\"1.2\"} 1\n"))
        let kinds = [
            "resident_memory_bytes": "gauge", "cpu_seconds_total": "counter", "open_fds": "gauge",
            "start_time_seconds": "gauge",
        ]
        for (name, kind) in kinds {
            #expect(answer.body.contains("# TYPE process_\(name) \(kind)\n"))
            let line = answer.body.split(separator: "\n").first { $0.hasPrefix("process_\(name) ") }
            let value = line.flatMap { Double($0.dropFirst("process_\(name) ".count)) }
            #expect(value.map { $0 > 0 } == true, "\(name)")
        }
    }

    @Test("tells the memory limit of the container where there is one")
    func memoryLimit() {
        ProcessMetrics.register(in: registry, build: [:], memoryLimit: nil)
        #expect(!registry.render().contains("kusto_sink_memory_limit_bytes"))
        ProcessMetrics.register(in: registry, build: [:], memoryLimit: 128 << 20)
        #expect(registry.render().contains("kusto_sink_memory_limit_bytes 134217728\n"))
    }

    @Test("is not ready before a part says so, and says what it waits for")
    func readiness() {
        #expect(answer("GET", "/readyz").body == "starting\n")
        health.setReady("task-0", unless: "has not joined the group")
        #expect(answer("GET", "/readyz").status == 503)
        #expect(answer("HEAD", "/readyz").body == "task-0 has not joined the group\n")
        health.setReady("task-0")
        #expect(answer("GET", "/readyz").status == 200)
    }

    @Test("is not ready while something has stopped, and says what")
    func problems() {
        health.setReady("task 0")
        health.report(
            ReadinessProblem(key: "partition b-1", text: "partition b-1 cannot advance: the record is too large")
        )
        health.report(ReadinessProblem(key: "topic a", text: "topic a is gone"))
        health.report(ReadinessProblem(key: "topic a", text: "topic a was deleted"))
        let answer = answer("GET", "/readyz")
        #expect(answer.status == 503)
        #expect(
            answer.body == "partition b-1 cannot advance: the record is too large\ntopic a was deleted\n"
        )
        #expect(self.answer("GET", "/healthz").status == 200)
        health.clear("partition b-1")
        health.clear("partition b-1")
        #expect(self.answer("GET", "/readyz").body == "topic a was deleted\n")
        health.clear("topic a")
        #expect(self.answer("GET", "/readyz").status == 200)
    }

    @Test("tells no more problems than a person reads")
    func manyProblems() {
        health.setReady("task 0")
        for number in 100..<300 { health.report(ReadinessProblem(key: "\(number)", text: "problem \(number)")) }
        let lines = answer("GET", "/readyz").body.split(separator: "\n")
        #expect(lines.count == 51)
        #expect(lines.first == "problem 100")
        #expect(lines.last == "and 150 more")
    }

    @Test(
        "knows its paths and their methods",
        arguments: [
            ("GET", "/", 404), ("GET", "/metrics/", 404), ("POST", "/nothing", 404), ("POST", "/metrics", 405),
            ("GET", "/healthz", 200), ("HEAD", "/healthz", 200),
        ]
    )
    func paths(method: String, path: String, status: Int) {
        let answer = answer(method, path)
        #expect(answer.status == status)
        #expect((answer.allow == "GET, HEAD") == (status == 405))
    }
}
