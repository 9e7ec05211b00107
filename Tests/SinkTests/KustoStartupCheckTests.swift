import Daemon
import HTTP
import Identity
import Kusto
import KustoEmulator
import Metrics
import Secrets
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

/// Answers every request with one text.
private struct FixedTransport: HTTPTransport {
    let body: String

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(body.utf8))
    }
}

/// Answers nothing until it is cancelled.
private struct SilentTransport: HTTPTransport {
    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try? await Task.sleep(for: .seconds(3600))
        throw HTTPError(.cancelled, "the request was cancelled")
    }
}

/// Answers every request with 403.
private struct ForbiddingTransport: HTTPTransport {
    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        HTTPResponse(status: 403, body: Array(#"{"error":{"code":"Forbidden","message":"no"}}"#.utf8))
    }
}

/// Asks every caller to come back in an hour.
private final class BusyTransport: HTTPTransport {
    let answers = Atomic(0)

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        answers.wrappingAdd(1, ordering: .relaxed)
        return HTTPResponse(status: 503, headers: [HTTPHeader("Retry-After", "3600")])
    }
}

@Suite("Whether ADX can be used", .timeLimit(.minutes(3)))
struct KustoStartupCheckTests {
    private func problems(
        _ client: KustoClient,
        timeout: Duration = .seconds(30),
        stop: StopSignal = StopSignal()
    ) async throws -> [StartupProblem] {
        let settings = try StartupSamples.settings(["kusto.validation.table.enable": "false"])
        return await KustoStartupCheck(client: client, settings: settings).run(
            timeout: timeout,
            clock: .system,
            stop: stop
        ).problems
    }

    @Test("Variables of a workload identity that are missing are configuration, and not the URL's fault")
    func workloadIdentity() async throws {
        let problems = try await problems(StartupSamples.client(FixedTransport(body: #"{"a":1}"#), .workloadIdentity))
        #expect(problems.map(\.cause) == [.configuration])
        #expect(problems.first?.message.contains("AZURE_CLIENT_ID is not set") == true)
        #expect(problems.first?.message.contains("kusto.ingestion.url") == false)
    }

    @Test("A login endpoint that must not be trusted is configuration")
    func untrusted() async throws {
        let transport = FixedTransport(body: #"{"AzureAD":{"LoginEndpoint":"http://login.example"}}"#)
        let client = StartupSamples.client(
            transport,
            .clientSecret(EntraApplication(tenantID: "t", clientID: "c"), RotatedSecret(Secret("s")))
        )
        let problems = try await problems(client)
        #expect(problems.map(\.cause) == [.configuration])
        #expect(problems.first?.message.hasPrefix("https://ingest-c.example/v1/rest/auth/metadata names") == true)
    }

    @Test("An answer that does not come ends with the time for the start, and says what was waited for")
    func silence() async throws {
        let client = StartupSamples.client(SilentTransport(), .token(RotatedSecret(Secret("t"))))
        // The suite's time limit is far below the hour that the answer would take.
        let problems = try await problems(client, timeout: .milliseconds(1200))
        #expect(problems.map(\.cause) == [.service])
        let message = problems.first?.message ?? ""
        for part in ["kusto.ingestion.url=", "within 1 s (startup.timeout.ms)", "still waiting for a token"] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
    }

    @Test("A stop ends the wait for an answer")
    func stops() async throws {
        let client = StartupSamples.client(SilentTransport(), .token(RotatedSecret(Secret("t"))))
        let stop = StopSignal()
        async let problems = problems(client, timeout: .seconds(3000), stop: stop)
        stop.request()
        #expect(try await problems.count == 1)
    }

    @Test("A stop ends the pause that ADX asked for")
    func stopsPause() async throws {
        let transport = BusyTransport()
        let stop = StopSignal()
        let longest = Mutex(Duration.zero)
        let sleeps = Atomic(0)
        let clock = SinkClock(
            now: { .zero },
            wallMilliseconds: { 0 },
            sleep: { duration in
                longest.withLock { $0 = max($0, duration) }
                // Long after the answer has come and the pause has begun.
                if transport.answers.load(ordering: .relaxed) > 0,
                    duration > .seconds(1) || sleeps.wrappingAdd(1, ordering: .relaxed).newValue > 1000
                {
                    stop.request()
                }
                await Task.yield()
            }
        )
        let check = KustoStartupCheck(
            client: StartupSamples.client(transport, .token(RotatedSecret(Secret("t")))),
            settings: try StartupSamples.settings([:])
        )
        let problems = await check.run(timeout: .seconds(7200), clock: clock, stop: stop).problems
        #expect(problems.map(\.cause) == [.service])
        #expect(longest.withLock { $0 } == .milliseconds(100))
    }

    /// The problems of a start at an emulated cluster, as application `app`.
    private func problems(mapping: String, mayIngest: Bool = true) async throws -> [StartupProblem] {
        try await items(mapping: mapping, mayIngest: mayIngest).problems
    }

    /// What is found at an emulated cluster, as application `app`.
    private func items(mapping: String, mayIngest: Bool = true) async throws -> [CheckedItem] {
        let adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                databases: ["D"],
                setupCommands: [
                    ".create table S (id: long)", ".alter table S policy streamingingestion enable",
                    ".create table ['print'] (id: long)", ".create table T (id: long)",
                    ".create database D ingestion json mapping 'everywhere' '[{\"Column\":\"id\",\"Properties\":{\"Path\":\"$.id\"}}]'",
                    ".create table T ingestion avro mapping 'a' '[{\"Column\":\"id\",\"Properties\":{\"Field\":\"id\"}}]'",
                ],
                authentication: AuthenticationPolicy(
                    applications: ["app": "secret"],
                    applicationsWithoutIngestRight: mayIngest ? [] : ["app"]
                )
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
        let settings = try StartupSamples.settings([
            "kusto.ingestion.url": adx.url, "kusto.query.url": adx.url, "aad.auth.strategy": "application",
            "aad.auth.accesstoken": nil, "aad.auth.appid": "app", "aad.auth.appkey": "secret",
            "aad.auth.authority": "tenant", "value.converter": "ByteArrayConverter",
            "kusto.tables.topics.mapping": "[\(mapping)]",
        ])
        let http = try HTTPClient(logger: StartupSamples.logger)
        let client = KustoClient(
            configuration: KustoConfiguration(settings, environment: [:]),
            transport: http,
            logger: StartupSamples.logger,
            metrics: MetricsRegistry()
        )
        let items = await KustoStartupCheck(client: client, settings: settings).run(
            timeout: .seconds(120),
            clock: .system,
            stop: StopSignal()
        )
        await http.shutdown()
        await adx.stop()
        return items
    }

    @Test(
        "Mappings of the database, Apache's Avro and tables named like operators are all accepted",
        arguments: [
            "{'topic':'a','db':'D','table':'print','format':'csv'}",
            "{'topic':'a','db':'D','table':'T','format':'json','mapping':'everywhere'}",
            "{'topic':'a','db':'D','table':'T','format':'apacheavro','mapping':'a'}",
            "{'topic':'a','db':'D','table':'S','format':'json','mapping':'everywhere','streaming':true}",
        ]
    )
    func accepts(mapping: String) async throws { #expect(try await problems(mapping: mapping) == []) }

    @Test("A missing mapping is configuration")
    func refusesMappings() async throws {
        let problems = try await problems(
            mapping: "{'topic':'a','db':'D','table':'T','format':'csv','mapping':'everywhere'}"
        )
        #expect(problems.map(\.cause) == [.configuration])
        #expect(problems.first?.message.contains("table T in database D has no csv mapping everywhere") == true)
    }

    @Test("A table without a policy for streaming is configuration, with the command that sets one")
    func refusesStreaming() async throws {
        let problems = try await problems(mapping: "{'topic':'a','db':'D','table':'T','streaming':true}")
        #expect(problems.map(\.cause) == [.configuration])
        #expect(problems.first?.message.contains(".alter table ['T'] policy streamingingestion enable") == true)
    }

    @Test("Without the right to ingest the start ends with 64 and the command that grants it")
    func missingRight() async throws {
        let problems = try await problems(
            mapping: "{'topic':'a','db':'D','table':'T','format':'csv'}",
            mayIngest: false
        )
        #expect(problems.exitError?.code == .usage)
        #expect(
            problems.map(\.message) == [
                "aadapp=app;tenant may not ingest into table T of database D; grant it with .add database ['D'] ingestors "
                    + "('aadapp=app;tenant')"
            ]
        )
    }

    @Test("All that is wrong with a table is told together, and shown point by point")
    func allTogether() async throws {
        let items = try await items(
            mapping: "{'topic':'a','db':'D','table':'T','format':'csv','mapping':'m','streaming':true}",
            mayIngest: false
        )
        let kinds = items.compactMap { $0.problem == nil ? nil : $0.kind }
        #expect(Set(kinds) == [.role, .mapping, .streaming] && kinds.count == 3, "\(items)")
        #expect(items.contains(CheckedItem(.table, "D.T", .passed(""))))
        #expect(items.contains(CheckedItem(.endpoint, items[0].name, .passed("takes the credential"))))
    }

    @Test("Of a table that does not exist nothing else is asked, and that is shown")
    func missingTable() async throws {
        let items = try await items(mapping: "{'topic':'a','db':'D','table':'None','format':'csv','mapping':'m'}")
        #expect(
            items.problems.count == 1 && items.problems.first?.message.contains("table None does not exist") == true
        )
        let reason = CheckedItem.Outcome.unchecked("table None in database D cannot be used")
        for item in [CheckedItem(.mapping, "D.None m", reason), CheckedItem(.role, "D.None", reason)] {
            #expect(items.contains(item), "\(items)")
        }
    }

    @Test("An identity without any right to ingest is told the commands that grant it")
    func forbidden() async throws {
        let client = StartupSamples.client(
            ForbiddingTransport(),
            .token(RotatedSecret(Secret("t")))
        )
        let check = KustoStartupCheck(client: client, settings: try StartupSamples.settings([:]))
        let items = await check.run(timeout: .seconds(120), clock: .system, stop: StopSignal())
        #expect(items.problems.map(\.cause) == [.service])
        #expect(
            items.problems.first?.message.hasSuffix(
                "with .add database ['D'] ingestors ('aadapp=<application id>;<tenant id>')"
            ) == true,
            "\(items)"
        )
        #expect(items.map(\.kind) == [.endpoint, .role, .table])
    }
}
