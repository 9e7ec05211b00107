import Foundation
import HTTP
import Identity
import Kusto
import KustoEmulator
import Logging
import Metrics
import NetworkKit
import SinkConfiguration
import Testing

@testable import Sink

/// A cluster behind a proxy that asks for a password, and with a certificate of an authority of nobody's: nobody but the
/// proxy knows its name.
@Suite("A cluster behind a proxy", .timeLimit(.minutes(3)))
struct ProxyDestinationTests {
    private static let basic = "Proxy-Authorization: Basic \(Data("us:p@ss".utf8).base64EncodedString())\r\n"
    private let samples = BatchSamples()
    private let folder: CertificateFolder
    private let adx: EmulatedCluster
    private let proxy: TunnelProxy

    init() throws {
        folder = try CertificateFolder()
        adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                tls: TLSIdentity(certificate: folder.text("server.crt"), key: folder.text("server.key")),
                databases: ["D"],
                setupCommands: [".create table T (a: string, b: string)"],
                authentication: AuthenticationPolicy(applications: ["app": "secret"])
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
        let port = try #require(adx.url.split(separator: ":").last.flatMap { Int($0) })
        proxy = TunnelProxy(to: port) { head in
            head.contains(Self.basic) ? nil : "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic"
        }
    }

    /// Settings with the cluster and the proxy's place; a change to `nil` removes the property.
    private func settings(
        _ changes: [String: String?] = [:],
        environment: [String: String] = [:]
    ) throws -> SinkSettings {
        var all: [String: String?] = [
            "kusto.ingestion.url": "https://adx.corp.example", "kusto.query.url": "https://adx.corp.example",
            "kusto.endpoint.trust": "adx.corp.example", "aad.auth.strategy": "application",
            "aad.auth.accesstoken": nil, "aad.auth.appid": "app", "aad.auth.appkey": "secret",
            "aad.auth.authority": "tenant", "kusto.ssl.truststore.location": "\(folder.path)/ca.crt",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'T','format':'csv'}]",
        ]
        for (name, value) in changes { all[name] = value }
        return try StartupSamples.settings(all, environment: environment)
    }

    /// The properties that name the proxy.
    private var properties: [String: String?] {
        [
            "proxy.host": "127.0.0.1", "proxy.port": "\(proxy.port)", "proxy.username": "us", "proxy.password": "p@ss",
        ]
    }

    /// Ingests a batch as a worker with these settings would.
    private func deliver(_ settings: SinkSettings) async throws {
        let http = try HTTPClient(configuration: HTTPClientConfiguration(settings), logger: StartupSamples.logger)
        let client = KustoClient(
            configuration: KustoConfiguration(settings, environment: [:]),
            transport: http,
            logger: StartupSamples.logger,
            metrics: MetricsRegistry()
        )
        let problems = await KustoStartupCheck(client: client, settings: settings).run(
            timeout: .seconds(120),
            clock: .system,
            stop: StopSignal()
        )
        #expect(problems.problems == [])
        var checkpoint = DeliveryCheckpoint()
        let destination = KustoDestination(client: client, executor: nil)
        do {
            try await destination.deliver(samples.batch(of: samples.partition()), from: &checkpoint)
        } catch {
            await http.shutdown()
            throw error
        }
        await http.shutdown()
    }

    private func rows() async throws -> Int {
        while !adx.isIdle { try await Task.sleep(for: .milliseconds(5)) }
        let count = try adx.rowCount("T")
        await stop()
        return count
    }

    private func stop() async {
        await adx.stop()
        proxy.stop()
    }

    @Test("gets the batch through the proxy of the properties, and so do Entra and the storage")
    func properties() async throws {
        try await deliver(settings(properties))
        #expect(try await rows() == 1)
        // The cluster, its login endpoint and its storage have one address here; none of it went another way.
        #expect(!proxy.requests.isEmpty)
        #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT adx.corp.example:443 ") && $0.contains(Self.basic) })
    }

    @Test("gets the batch through the proxy of the environment", arguments: ["HTTPS_PROXY", "https_proxy"])
    func environment(name: String) async throws {
        let authority = ["SSL_CERT_FILE": "\(folder.path)/ca.crt"]
        let variables = authority.merging([name: "http://us:p%40ss@127.0.0.1:\(proxy.port)"]) { $1 }
        try await deliver(settings(["kusto.ssl.truststore.location": nil], environment: variables))
        #expect(try await rows() == 1)
        #expect(!proxy.requests.isEmpty)
    }

    @Test("refuses a wrong password, and the log says of which property and not which")
    func wrongPassword() async throws {
        let settings = try settings(properties.merging(["proxy.password": "hunter2"]) { $1 })
        let http = try HTTPClient(configuration: HTTPClientConfiguration(settings), logger: StartupSamples.logger)
        let client = KustoClient(
            configuration: KustoConfiguration(settings, environment: [:]),
            transport: http,
            logger: StartupSamples.logger,
            metrics: MetricsRegistry()
        )
        let error = await #expect(throws: KustoError.self) {
            _ = try await client.inspect(TableTarget(database: "D", table: "T", mapping: nil))
        }
        let text =
            "the proxy 127.0.0.1:\(proxy.port) refuses the user or the password (status 407); check the user and the password "
            + "that belong to proxy.host and proxy.port"
        #expect(error?.message.contains(text) == true, "\(error as Any)")
        #expect(error?.message.contains("hunter2") == false && error?.disposition == .retry)
        await http.shutdown()
        await stop()
    }

    @Test("is not reached at all when it is an exception, since nobody else knows its name")
    func exception() async throws {
        let settings = try settings(properties.merging(["proxy.bypass": ".corp.example"]) { $1 })
        let http = try HTTPClient(configuration: HTTPClientConfiguration(settings), logger: StartupSamples.logger)
        let error = await #expect(throws: HTTPError.self) {
            try await http.execute(HTTPRequest(url: "https://adx.corp.example/"))
        }
        #expect(error?.message.contains("proxy") == false, "\(error as Any)")
        #expect(proxy.requests.isEmpty)
        await http.shutdown()
        await stop()
    }
}
