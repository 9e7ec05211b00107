internal import HTTP
internal import Logging
internal import Secrets
internal import Synchronization
internal import Text

/// Asks a schema registry over HTTP (Schema Registry API), one attempt for each call.
///
/// An attempt asks one URL after the other, from the one that answered last, until one says something that counts.
final class RegistryClient: Sendable {
    private let configuration: SchemaRegistryConfiguration
    private let http: HTTPClient
    private let authorizer: Authorizer
    private let reader: AnswerReader
    private let metrics: RegistryMetrics
    private let clock: SchemaRegistryClock
    private let headers: [HTTPHeader]
    private let order: Mutex<EndpointOrder>

    /// - Throws: ``SchemaRegistryError`` with `invalidConfiguration` when there is no URL, or TLS settings cannot be used.
    init(
        _ configuration: SchemaRegistryConfiguration,
        metrics: RegistryMetrics,
        clock: SchemaRegistryClock,
        logger: Logger
    ) throws(SchemaRegistryError) {
        guard !configuration.endpoints.isEmpty else {
            throw SchemaRegistryError(
                .invalidConfiguration,
                "\(configuration.propertyPrefix)schema.registry.url has no URL; expected https://host:port"
            )
        }
        do throws(HTTPError) {
            http = try HTTPClient(
                configuration: HTTPClientConfiguration(
                    connectTimeout: configuration.connectTimeout,
                    authorities: configuration.authorities,
                    tls: configuration.tls,
                    proxies: configuration.proxies,
                    idleConnections: configuration.limits.requests
                ),
                logger: logger
            )
        } catch {
            throw SchemaRegistryError(
                .invalidConfiguration,
                "the settings that begin with \(configuration.propertyPrefix)schema.registry.ssl. cannot be used: "
                    + error.message
            )
        }
        self.configuration = configuration
        self.metrics = metrics
        self.clock = clock
        headers = try RequestHeaders.fields(configuration)
        authorizer = Authorizer(configuration, http: http, clock: clock)
        reader = AnswerReader(
            propertyPrefix: configuration.propertyPrefix,
            authentication: configuration.authentication,
            unixSeconds: clock.unixSeconds
        )
        order = Mutex(EndpointOrder(count: configuration.endpoints.count))
    }

    /// Fetches a schema and the schemas that it refers to.
    ///
    /// A number is unique in a context only, so the request names the subject. A registry may know the number and not the
    /// subject, for instance when a topic was mirrored or renamed without its schemas: then the number is looked up without
    /// the subject, once, which finds it in the default context. That is not done for a subject of another context, where
    /// the same number in the default context would be some other schema.
    /// - Throws: ``SchemaRegistryError``; see ``SchemaRegistryError/isRefusal``.
    func fetch(_ key: SchemaKey) async throws(SchemaRegistryError) -> SchemaContent {
        let root = try await root(key)
        guard let kind = SchemaKind(rawValue: root.type) else {
            throw SchemaRegistryError(
                .unusable,
                """
                \(key) is of the type "\(PeerText.line(root.type))", expected one of \
                \(SchemaKind.allCases.map(\.rawValue).joined(separator: ", "))
                """
            )
        }
        var resolver = ReferenceResolver(key, limits: configuration.limits) {
            (subject, version) async throws(SchemaRegistryError) in
            let version = version < 0 ? "latest" : String(version)
            return try await self.schema(
                "/subjects/\(PercentEncoding.encoded(subject))/versions/\(version)?deleted=true",
                "version \(version) of subject \(PeerText.line(subject)), which \(key) refers to"
            )
        }
        try await resolver.follow(root.references, of: root.subject ?? key.subject)
        return SchemaContent(kind: kind, text: root.text, references: resolver.found, readRules: root.readRules)
    }

    /// Asks each URL whether it is a schema registry that lets this client in; one that is suffices.
    ///
    /// Asks for a schema that no registry has, which takes the same rights as the requests to come. Where rights depend on
    /// the subject, being refused that says nothing, so the types of schemas are asked for then, which everybody may know.
    func check() async throws(SchemaRegistryError) {
        do throws(SchemaRegistryError) {
            try await probe()
        } catch {
            guard error.code == .forbidden else { throw error }
            for endpoint in configuration.endpoints {
                guard let (response, took) = try? await send("/schemas/types", to: endpoint) else { continue }
                metrics.record(RequestOutcome(status: response.status), took: took)
                if response.isSuccess { return }
            }
            throw error
        }
    }

    private func root(_ key: SchemaKey) async throws(SchemaRegistryError) -> SchemaAnswer {
        switch key.id {
        case .guid(let guid): return try await schema("/schemas/guids/\(guid)", "\(key)")
        case .number(let number):
            let path = "/schemas/ids/\(number)?fetchMaxId=false"
            if key.subject.isEmpty { return try await schema(path, "\(key)") }
            let subject = PercentEncoding.encoded(key.subject)
            do throws(SchemaRegistryError) {
                return try await schema("\(path)&subject=\(subject)", "\(key)")
            } catch {
                guard error.code == .notFound, SubjectContext.isDefault(key.subject) else { throw error }
                return try await schema(path, "\(key) (asked without the subject too)")
            }
        }
    }

    private func schema(_ path: String, _ subject: String) async throws(SchemaRegistryError) -> SchemaAnswer {
        switch try await answer(to: path, subject) {
        case .schema(let schema): return schema
        case .refusal(let error): throw error
        case .unknownPath(let error):
            // An older registry does not know the path; anything else that answers 404 is no registry.
            do throws(SchemaRegistryError) {
                try await probe()
            } catch let probing {
                throw probing.code == .unexpectedAnswer ? error : probing
            }
            throw SchemaRegistryError(
                .refused,
                "cannot fetch \(subject): the schema registry does not know the path \(HTTPError.withoutQuery(path))"
                    + (path.hasPrefix("/schemas/guids/") ? "; older registries cannot find schemas by GUID" : ""),
                httpStatus: error.httpStatus
            )
        }
    }

    /// Asks for the schema with the number 0, which no registry gives away.
    /// - Throws: ``SchemaRegistryError`` when no URL answers as a registry does.
    private func probe() async throws(SchemaRegistryError) {
        if case .unknownPath(let error) = try await answer(to: "/schemas/ids/0?fetchMaxId=false", "any schema") {
            throw error
        }
    }

    /// Asks the URLs one after the other.
    /// - Parameter subject: What is asked for, for messages.
    private func answer(to path: String, _ subject: String) async throws(SchemaRegistryError) -> RegistryAnswer {
        var failure: SchemaRegistryError?
        var unknown: RegistryAnswer?
        let positions = order.withLock { $0.order(now: clock.now()) }
        for position in positions {
            do throws(SchemaRegistryError) {
                let answer = try await ask(configuration.endpoints[position], path, subject)
                if case .unknownPath = answer {
                    unknown = unknown ?? answer
                    continue
                }
                order.withLock { $0.answered(position) }
                return answer
            } catch {
                guard error.code != .cancelled else { throw error }
                if let pause = error.retryAfter {
                    let until = clock.now() + min(pause, configuration.backoff.maximumAskedFor)
                    order.withLock { $0.paused(position, until: until) }
                }
                failure = failure ?? error
            }
        }
        if failure == nil, let unknown { return unknown }
        let pause = order.withLock { $0.pause(now: clock.now()) }
        guard let failure else {
            throw SchemaRegistryError(
                .throttled,
                "cannot fetch \(subject): the schema registry has asked for a pause, which is not over yet",
                retryAfter: pause
            )
        }
        let others = configuration.endpoints.count - 1
        let note =
            switch others {
            case 0: ""
            case 1: " (nor does the other URL give it)"
            default: " (nor does any of the other \(others) URLs give it)"
            }
        throw SchemaRegistryError(
            failure.code,
            failure.message + note,
            retryAfter: pause,
            httpStatus: failure.httpStatus
        )
    }

    /// Asks one URL, and counts the request.
    private func ask(
        _ endpoint: SchemaRegistryEndpoint,
        _ path: String,
        _ subject: String
    ) async throws(SchemaRegistryError) -> RegistryAnswer {
        let (response, took): (HTTPResponse, Duration)
        do throws(SchemaRegistryError) {
            (response, took) = try await send(path, to: endpoint)
        } catch {
            guard error.code != .cancelled else { throw error }
            throw SchemaRegistryError(
                error.code,
                "cannot fetch \(subject): \(error.message)",
                retryAfter: error.retryAfter,
                httpStatus: error.httpStatus
            )
        }
        do throws(SchemaRegistryError) {
            let answer = try reader.read(response, url: endpoint.url, subject: subject)
            metrics.record(RequestOutcome(status: response.status), took: took)
            return answer
        } catch {
            metrics.record(response.isSuccess ? .unexpected : RequestOutcome(status: response.status), took: took)
            throw error
        }
    }

    /// Sends a request; once more with a new token when the registry does not take the old one.
    /// - Returns: The answer, not counted yet, and how long it took.
    private func send(
        _ path: String,
        to endpoint: SchemaRegistryEndpoint
    ) async throws(SchemaRegistryError) -> (HTTPResponse, took: Duration) {
        let credential = try await authorizer.credential(for: endpoint)
        let first = try await exchange(path, endpoint, credential)
        guard first.0.status == 401, await authorizer.invalidate(credential) else { return first }
        metrics.record(.unauthenticated, took: first.took)
        return try await exchange(path, endpoint, try await authorizer.credential(for: endpoint))
    }

    private func exchange(
        _ path: String,
        _ endpoint: SchemaRegistryEndpoint,
        _ credential: Authorizer.Authorization
    ) async throws(SchemaRegistryError) -> (HTTPResponse, took: Duration) {
        var headers = headers
        // A header that the user names replaces the client's own, this one too.
        if let value = credential.header, !headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            headers.append(HTTPHeader("Authorization", value.reveal()))
        }
        let request = HTTPRequest(
            url: endpoint.url + path,
            headers: headers,
            timeout: configuration.requestTimeout,
            maximumResponseBytes: configuration.limits.answerBytes
        )
        let start = clock.now()
        do throws(HTTPError) {
            return (try await http.execute(request), clock.now() - start)
        } catch {
            let failure = failure(error, endpoint)
            metrics.record(RequestOutcome(failure.code), took: clock.now() - start)
            throw failure
        }
    }

    private func failure(_ error: HTTPError, _ endpoint: SchemaRegistryEndpoint) -> SchemaRegistryError {
        switch error.code {
        case .cancelled: SchemaRegistryError(.cancelled, "asking the schema registry was given up")
        case .timedOut: SchemaRegistryError(.timedOut, error.message)
        case .tls:
            SchemaRegistryError(
                .tls,
                "\(error.message); check the properties that begin with "
                    + "\(configuration.propertyPrefix)schema.registry.ssl."
            )
        case .responseTooLarge:
            SchemaRegistryError(
                .unexpectedAnswer,
                "the answer of \(endpoint.url) has more than \(configuration.limits.answerBytes) bytes"
            )
        default: SchemaRegistryError(.unreachable, error.message)
        }
    }
}
