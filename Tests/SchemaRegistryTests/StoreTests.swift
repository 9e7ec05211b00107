import HTTPServer
import Identity
import Logging
import Metrics
import SchemaRegistry
import Secrets
import Synchronization
import Testing

@Suite("The store", .timeLimit(.minutes(2)))
struct StoreTests {
    private func configuration(_ registry: ScriptedRegistry) throws -> SchemaRegistryConfiguration {
        SchemaRegistryConfiguration(endpoints: [try registry.endpoint])
    }

    @Test("Thousands of lookups of one schema make one request, and everybody who waits is told once")
    func singleFlight() async throws {
        let gate = Gate()
        try await ScriptedRegistry.answering { _, _ in
            await gate.pass()
            return .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let key = SchemaKey(subject: "orders-value", id: .number(7))
                let told = Tally(count: 800)
                let all = Gate()
                await withTaskGroup(of: Void.self) { group in
                    for lane in 0..<8 {
                        group.addTask {
                            for turn in 0..<1000 {
                                #expect(fixture.store.lookup(key).isPending)
                                guard turn % 10 == 0 else { continue }
                                fixture.store.whenSettled(key) {
                                    told.add(at: lane * 100 + turn / 10)
                                    Task { await all.pass() }
                                }
                            }
                        }
                    }
                }
                #expect(told.counts.allSatisfy { $0 == 0 })
                gate.open()
                await all.arrivals(800)
                #expect(told.counts.allSatisfy { $0 == 1 })
                #expect(fixture.store.lookup(key).schema != nil)
                #expect(fixture.metric(#"kusto_sink_schema_registry_cache_misses_total{converter="value"}"#) == "1")
            }
            #expect(registry.requests.count == 1)
        }
    }

    @Test("Many schemas are fetched at a time, and no more than allowed")
    func concurrency() async throws {
        let gate = Gate()
        let most = Mutex((now: 0, most: 0))
        try await ScriptedRegistry.answering { _, _ in
            most.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            await gate.pass()
            most.withLock { $0.now -= 1 }
            return .string
        } _: { registry in
            var configuration = try configuration(registry)
            configuration.limits.requests = 3
            try await Fixture.running(configuration) { fixture in
                for number in 1...40 {
                    _ = fixture.store.lookup(SchemaKey(subject: "orders-value", id: .number(Int32(number))))
                }
                await gate.arrivals(3)
                gate.open()
                for number in 1...40 { #expect(await fixture.settled(Int32(number)).schema != nil) }
            }
            #expect(registry.requests.count == 40)
        }
        #expect(most.withLock { $0.most } == 3)
    }

    @Test("Somebody who waits for what is settled is told at once, on the same thread")
    func alreadySettled() async throws {
        try await ScriptedRegistry.answering { request, _ in
            request.target.contains("/7?") ? .string : .error(40403)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                _ = await (fixture.settled(7), fixture.settled(8))
                let told = Mutex(0)
                for number in [7, 8] as [Int32] {
                    let key = SchemaKey(subject: "orders-value", id: .number(number))
                    let waiter = fixture.store.whenSettled(key) { told.withLock { $0 += 1 } }
                    #expect(waiter == nil)
                }
                #expect(told.withLock { $0 } == 2)
            }
        }
    }

    @Test("What was asked for before the store runs is fetched once it does")
    func beforeRun() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .string
        } _: { registry in
            let fixture = try Fixture(try configuration(registry))
            let key = SchemaKey(subject: "orders-value", id: .number(7))
            #expect(fixture.store.lookup(key).isPending)
            try await fixture.running { fixture in #expect(await fixture.settled(key).schema != nil) }
        }
    }

    @Test("Cancelling ends a run in the middle of a request, and the next run asks again")
    func cancellation() async throws {
        let gate = Gate()
        try await ScriptedRegistry.answering { _, before in
            if before == 0 { await gate.pass() }
            return .string
        } _: { registry in
            let fixture = try Fixture(try configuration(registry))
            let key = SchemaKey(subject: "orders-value", id: .number(7))
            try await fixture.running { fixture in
                _ = fixture.store.lookup(key)
                await gate.arrivals(1)
            }
            #expect(fixture.store.lookup(key).isPending)
            #expect(fixture.log.entries.allSatisfy { $0.level < .warning })
            try await fixture.running { fixture in #expect(await fixture.settled(key).schema != nil) }
            #expect(registry.requests.count == 2)
            gate.open()
        }
    }

    @Test("Cancelling ends a run in the middle of a pause")
    func cancelledPause() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .error(50001)
        } _: { registry in
            let sleeping = Gate()
            let clock = SchemaRegistryClock(
                now: { .zero },
                unixSeconds: { 0 },
                sleep: { _ in
                    Task { await sleeping.pass() }
                    try await Task.sleep(for: .seconds(3600))
                },
                random: { 0 }
            )
            let store = try SchemaStore(
                configuration: try configuration(registry),
                registry: .init(),
                logger: .init(label: "store", sink: .init() as MemoryLogSink),
                clock: clock
            )
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await store.run() }
                _ = store.lookup(SchemaKey(subject: "orders-value", id: .number(7)))
                await sleeping.arrivals(1)
                group.cancelAll()
            }
        }
    }

    @Test("When the registry answers again, everything that waits is asked for without finishing its pause")
    func recovery() async throws {
        let isUp = Mutex(false)
        try await ScriptedRegistry.answering { _, _ in
            isUp.withLock { $0 } ? .string : .error(50004)
        } _: { registry in
            // Time stands still, so that a pause never ends by itself.
            let clock = SchemaRegistryClock(
                now: { .zero },
                unixSeconds: { 0 },
                sleep: { _ in try await Task.sleep(for: .seconds(3600)) },
                random: { 0 }
            )
            let log = MemoryLogSink()
            let store = try SchemaStore(
                configuration: try configuration(registry),
                registry: .init(),
                logger: .init(label: "store", level: .debug, sink: log),
                clock: clock
            )
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await store.run() }
                let keys = (1...5).map { SchemaKey(subject: "orders-value", id: .number($0)) }
                for key in keys { _ = store.lookup(key) }
                while log.entries.count(where: { $0.metadata["error.code"] == "serviceFailure" }) < 5 {
                    await Task.yield()
                }
                #expect(keys.allSatisfy { store.lookup($0).isPending })
                isUp.withLock { $0 = true }
                await withCheckedContinuation { continuation in
                    store.whenSettled(SchemaKey(subject: "other-value", id: .number(9))) { continuation.resume() }
                }
                for key in keys {
                    await withCheckedContinuation { continuation in store.whenSettled(key) { continuation.resume() } }
                    #expect(store.lookup(key).schema != nil)
                }
                group.cancelAll()
            }
        }
    }

    @Test("With the machine's own clock a short outage is over soon")
    func machineClock() async throws {
        try await ScriptedRegistry.answering { _, before in
            before < 5 ? .error(50001) : .string
        } _: { registry in
            var configuration = try configuration(registry)
            configuration.backoff = .init(initial: .milliseconds(2), maximum: .milliseconds(10))
            let store = try SchemaStore(
                configuration: configuration,
                registry: .init(),
                logger: .init(label: "store", sink: .init() as MemoryLogSink)
            )
            let key = SchemaKey(subject: "orders-value", id: .number(7))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await store.run() }
                await withCheckedContinuation { continuation in store.whenSettled(key) { continuation.resume() } }
                group.cancelAll()
            }
            #expect(store.lookup(key).schema != nil)
            #expect(registry.requests.count == 6)
        }
    }

    @Test("A waiter that withdraws is not told, and takes the schema along only when nobody else waits")
    func withdrawal() async throws {
        let gate = Gate()
        try await ScriptedRegistry.answering { _, _ in
            await gate.pass()
            return .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let key = SchemaKey(subject: "orders-value", id: .number(7))
                let told = Mutex<[String]>([])
                let waiter = fixture.store.whenSettled(key) { told.withLock { $0.append("first") } }
                let first = try #require(waiter)
                fixture.store.whenSettled(key) { told.withLock { $0.append("second") } }
                fixture.store.withdraw(first)
                fixture.store.withdraw(first)
                gate.open()
                #expect(await fixture.settled(key).schema != nil)
                #expect(told.withLock { $0 } == ["second"])
                fixture.store.withdraw(first)
                #expect(fixture.store.lookup(key).schema != nil)
            }
        }
    }

    @Test("A configuration that cannot be used is refused when the store is made")
    func configuration() throws {
        let endpoint = try SchemaRegistryEndpoint(parsing: "http://127.0.0.1:1")
        var settings: [(SchemaRegistryConfiguration, String)] = [
            (SchemaRegistryConfiguration(endpoints: []), "value.converter.schema.registry.url has no URL")
        ]
        settings.append(
            (
                SchemaRegistryConfiguration(endpoints: [endpoint], headers: ["X-A": .init("a\r\nX-B: evil")]),
                "value.converter.request.header.X-A cannot be sent"
            )
        )
        settings.append(
            (SchemaRegistryConfiguration(endpoints: [endpoint], headers: ["X A": .init("a")]), "request.header.X A")
        )
        settings.append(
            (
                SchemaRegistryConfiguration(
                    endpoints: [endpoint],
                    authentication: .bearer(.token(RotatedSecret(Secret("t0ken\n")))),
                    propertyPrefix: "key.converter."
                ),
                "key.converter.bearer.auth.token cannot be sent"
            )
        )
        for (configuration, part) in settings {
            let error = #expect(throws: SchemaRegistryError.self) { try Fixture(configuration) }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("evil") != true && error?.message.contains("t0ken") != true)
        }
    }
}
