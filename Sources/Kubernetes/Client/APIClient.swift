internal import HTTP
package import Logging
package import Metrics
internal import Secrets

/// Asks a real API server.
///
/// - A request has at most ``timeout``, the waiting that the server asks for included. What the server answers with 429, or
///   with 5xx and a `Retry-After`, is sent again as often as fits in.
/// - After a 401 the credential is got anew, once, and the request sent again.
/// - A request without an answer is not sent again here, because it may have been carried out: except that a creation is
///   looked up and then sent once more, if the object is not there.
/// - A write of a client that is ``fenced(by:)`` asks the fence before each attempt, and takes no longer than it says.
package final class APIClient: KubernetesAPI {
    /// How long a request may take, if nobody says otherwise; the server itself gives up after a minute.
    package static let timeout = Duration.seconds(60)

    let access: ClusterAccess
    let timeout: Duration
    /// How long a watch may say nothing: more than two of the bookmarks that the server sends every minute.
    let silence: Duration
    /// The most bytes of a page of a list.
    let pageLimit: Int
    let clock: KubernetesClock
    let logger: Logger
    private let userAgent: String
    private let transport: Transport
    private let credentials: CredentialCache
    private let metrics: RequestMetrics
    private let warnings: ServerWarnings
    private let fence: WriteFence?

    /// Creates a client.
    /// - Parameters:
    ///   - access: The server and the identity.
    ///   - userAgent: How the program names itself; see ``UserAgent``.
    ///   - registry: Where requests are counted.
    ///   - logger: Where warnings of the server and trouble with credentials go.
    /// - Throws: ``APIError`` with `configuration` when the certificates of `access` cannot be used.
    package convenience init(
        access: ClusterAccess,
        userAgent: String,
        registry: MetricsRegistry,
        logger: Logger
    ) throws(APIError) {
        try self.init(access: access, userAgent: userAgent, registry: registry, logger: logger, clock: .system)
    }

    /// Creates a client with a clock of the caller's.
    package convenience init(
        access: ClusterAccess,
        userAgent: String,
        registry: MetricsRegistry,
        logger: Logger,
        clock: KubernetesClock,
        timeout: Duration = APIClient.timeout,
        silence: Duration = .seconds(150),
        pageLimit: Int = APIClient.pageLimit
    ) throws(APIError) {
        let credentials = CredentialCache(
            source: access.credentialSource(clock: clock),
            clock: clock,
            logger: logger
        )
        self.init(
            access: access,
            userAgent: userAgent,
            timeout: timeout,
            silence: silence,
            pageLimit: pageLimit,
            credentials: credentials,
            metrics: RequestMetrics(registry: registry, server: access.server),
            warnings: ServerWarnings(logger: logger),
            clock: clock,
            logger: logger
        )
        _ = try transport.client(identity: nil)
    }

    private init(
        access: ClusterAccess,
        userAgent: String,
        timeout: Duration,
        silence: Duration,
        pageLimit: Int,
        credentials: CredentialCache,
        metrics: RequestMetrics,
        warnings: ServerWarnings,
        clock: KubernetesClock,
        logger: Logger,
        transport: Transport? = nil,
        fence: WriteFence? = nil
    ) {
        self.access = access
        self.userAgent = userAgent
        self.timeout = timeout
        self.silence = silence
        self.pageLimit = pageLimit
        self.credentials = credentials
        self.metrics = metrics
        self.warnings = warnings
        self.clock = clock
        self.logger = logger
        self.transport =
            transport ?? Transport(access: access, userAgent: userAgent, clock: clock, logger: logger)
        self.fence = fence
    }

    /// Returns a client with connections and a thread of its own, which no other request can hold up: for leases.
    /// - Parameter timeout: How long each of its requests may take; half of the time in which a lease must be renewed.
    /// - Throws: ``APIError`` with `configuration` when the certificates cannot be used any more.
    package func separate(timeout: Duration = .seconds(5)) throws(APIError) -> APIClient {
        let client = APIClient(
            access: access,
            userAgent: userAgent,
            timeout: timeout,
            silence: silence,
            pageLimit: pageLimit,
            credentials: credentials,
            metrics: metrics,
            warnings: warnings,
            clock: clock,
            logger: logger
        )
        _ = try client.transport.client(identity: nil)
        return client
    }

    /// Returns a client with the same connections whose writes ask a fence before each attempt.
    package func fenced(by fence: WriteFence) -> any KubernetesAPI {
        APIClient(
            access: access,
            userAgent: userAgent,
            timeout: timeout,
            silence: silence,
            pageLimit: pageLimit,
            credentials: credentials,
            metrics: metrics,
            warnings: warnings,
            clock: clock,
            logger: logger,
            transport: transport,
            fence: fence
        )
    }

    // MARK: Sending

    /// Sends a request until there is a final answer.
    /// - Returns: An answer with a status from 200 to 299.
    /// - Throws: ``APIError``.
    func send(_ call: APICall) async throws(APIError) -> HTTPResponse {
        let deadline = clock.now() + timeout
        var plan = RetryPlan(repeatsAfterFailure: call.verb != .create)
        while true {
            let held = try await credentials.current(limit: deadline - clock.now())
            let fenceLimit = call.verb.isWrite ? try fence?.pass(call.action) : nil
            let begin = clock.now()
            let left = min(deadline - begin, fenceLimit ?? timeout)
            let response: HTTPResponse
            do throws(HTTPError) {
                let client = try connect(held, call)
                response = try await client.execute(request(call, held.credential, timeout: left))
            } catch {
                metrics.record(call, status: nil, duration: clock.now() - begin)
                throw APIError(error, of: call)
            }
            note(response.status, response.headers, call, since: begin)
            if response.isSuccess { return response }
            let error = APIError(response, of: call)
            switch plan.next(
                status: response.status,
                retryAfter: response.header("Retry-After") == nil ? nil : error.retryAfter,
                left: deadline - clock.now()
            ) {
            case .answer: throw error
            case .refresh: credentials.reject(generation: held.generation)
            case .wait(let duration):
                logger.debug("the API server asks to wait", ["request": call.action, "wait.seconds": duration])
                do {
                    try await clock.sleep(duration)
                } catch {
                    throw APIError(.cancelled, "cannot \(call.action): the request was cancelled")
                }
            }
        }
    }

    /// Sends a request whose answer is read while it comes.
    /// - Parameters:
    ///   - call: What is asked.
    ///   - limit: How long the whole exchange may take.
    ///   - idle: How long nothing may come.
    ///   - body: Gets the chunks of an answer with success.
    ///   - onTimeout: What the end of a limit means, if not that the server cannot be reached.
    func stream(
        _ call: APICall,
        limit: Duration,
        idle: Duration,
        _ body: (HTTPResponseBody) async throws -> Void,
        onTimeout: () -> APIError?
    ) async throws(APIError) {
        var plan = RetryPlan(repeatsAfterFailure: false)
        while true {
            let held = try await credentials.current(limit: timeout)
            let begin = clock.now()
            var isAnswered = false
            do {
                let client = try connect(held, call)
                var request = request(call, held.credential, timeout: limit)
                request.idleTimeout = idle
                request.acceptsCompression = false
                request.maximumResponseBytes = .max
                let refusal: HTTPResponse? = try await client.withResponse(request) { head, chunks in
                    isAnswered = true
                    note(head.status, head.headers, call, since: begin)
                    guard head.status == 200 else {
                        return HTTPResponse(
                            status: head.status,
                            headers: head.headers,
                            body: try await Self.beginning(of: chunks)
                        )
                    }
                    try await body(chunks)
                    return nil
                }
                guard let refusal else { return }
                // A watch that is told to wait leaves that to whoever began it, who knows from where to go on.
                guard plan.next(status: refusal.status, retryAfter: nil, left: limit) == .refresh else {
                    throw APIError(refusal, of: call)
                }
                credentials.reject(generation: held.generation)
            } catch let error as APIError {
                throw error
            } catch let error as HTTPError {
                if !isAnswered { metrics.record(call, status: nil, duration: clock.now() - begin) }
                if error.code == .timedOut, let meaning = onTimeout() { throw meaning }
                throw APIError(error, of: call)
            } catch {
                throw APIError(.cancelled, "cannot \(call.action): the request was cancelled")
            }
        }
    }

    private static func beginning(of chunks: HTTPResponseBody) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in chunks where bytes.count < 1 << 20 { bytes += chunk }
        return bytes
    }

    private func connect(_ held: CredentialState.Held, _ call: APICall) throws(HTTPError) -> HTTPClient {
        do throws(APIError) {
            return try transport.client(identity: held.credential.identity)
        } catch {
            throw HTTPError(.invalidConfiguration, error.message)
        }
    }

    private func request(_ call: APICall, _ credential: Credential, timeout: Duration) -> HTTPRequest {
        var headers = [HTTPHeader("Accept", "application/json")] + access.impersonation
        if let authorization = credential.authorization {
            headers.append(HTTPHeader("Authorization", authorization.reveal()))
        }
        if !call.body.isEmpty { headers.append(HTTPHeader("Content-Type", call.contentType)) }
        return HTTPRequest(
            method: call.verb.method,
            url: access.server + call.target,
            headers: headers,
            body: call.body.isEmpty ? .empty : .bytes(call.body),
            timeout: max(timeout, .milliseconds(1)),
            maximumResponseBytes: call.limit,
            acceptsCompression: call.verb == .list && access.acceptsCompression,
            needsNewConnection: call.verb == .create
        )
    }

    private func note(_ status: Int, _ headers: [HTTPHeader], _ call: APICall, since begin: Duration) {
        metrics.record(call, status: status, duration: clock.now() - begin)
        warnings.record(headers, of: call)
    }
}
