internal import FoundationEssentials
internal import HTTP
internal import Identity
internal import Metrics
internal import Secrets

/// Sends requests of every leg and measures them.
struct Wire: Sendable {
    private let transport: any HTTPTransport
    private let configuration: KustoConfiguration
    private let durations: [KustoLeg: Histogram]
    private let requests = RequestNumbers()
    let clock: KustoClock

    init(
        _ transport: any HTTPTransport,
        _ configuration: KustoConfiguration,
        _ registry: MetricsRegistry,
        _ clock: KustoClock
    ) {
        self.transport = transport
        self.configuration = configuration
        self.clock = clock
        var durations: [KustoLeg: Histogram] = [:]
        for leg in KustoLeg.allCases {
            durations[leg] = registry.histogram(
                "kusto_sink_ingest_duration_seconds",
                help: "Time of requests to ADX, its storage and Entra, by leg, failed ones included.",
                bounds: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
                labels: ["leg": leg.rawValue]
            )
        }
        self.durations = durations
    }

    /// Sends a request and returns the answer, whatever its status.
    func send(_ request: HTTPRequest, leg: KustoLeg) async throws(KustoError) -> HTTPResponse {
        do throws(HTTPError) {
            return try await transport(of: leg).execute(request)
        } catch {
            throw FailureClassifier.failure(error, leg: leg)
        }
    }

    /// Carries the requests of a leg and measures them.
    func transport(of leg: KustoLeg) -> some HTTPTransport {
        MeasuredTransport(transport: transport, duration: durations[leg], now: clock.now)
    }

    /// The header fields of a request to the engine or to Data Management (Kusto REST, "Request HTTP headers").
    /// - Parameter requestID: The name by which Azure's support finds the request.
    func headers(token: AccessToken, requestID: String) -> [HTTPHeader] {
        [
            HTTPHeader("Authorization", "Bearer \(token.secret.reveal())"),
            HTTPHeader("Accept", "application/json"),
            HTTPHeader("x-ms-version", "2024-12-12"),
            HTTPHeader("x-ms-client-request-id", requestID),
            HTTPHeader("x-ms-client-version", "Kusto.Sink.Swift:{\(Self.word(configuration.version))}"),
            HTTPHeader("x-ms-app", "Kusto.Sink:{\(Self.word(configuration.application))}"),
        ]
    }

    /// A name for a request that has no better one.
    func requestID(of operation: String) -> String { "KustoSink.\(operation);\(requests.next())" }

    /// How long a request to storage may stand still.
    var storageStallTimeout: Duration { configuration.storageStallTimeout }

    /// The header fields of a request to storage, which the signature in the URL authorises.
    func storageHeaders() -> [HTTPHeader] {
        [
            HTTPHeader("x-ms-version", "2021-08-06"),
            HTTPHeader("x-ms-date", HTTPDate.text(for: clock.date())),
            HTTPHeader("x-ms-client-request-id", requests.next()),
        ]
    }

    /// These header fields are lists separated by `|` and `:` of values in braces.
    private static func word(_ text: String) -> String {
        String(text.map { $0.isASCII && !$0.isWhitespace && !"{}|".contains($0) ? $0 : "_" })
    }
}
