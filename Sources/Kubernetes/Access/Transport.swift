internal import HTTP
internal import Logging
internal import Secrets
internal import Synchronization

/// The HTTP client for a cluster, made anew when the files it trusts or identifies with change.
///
/// Exchanges that run over the old client go on; it ends with the last of them.
final class Transport: Sendable {
    private struct Material: Hashable {
        var authorities: [UInt8]?
        var identity: TLSSettings.ClientCertificate?
    }

    private struct State {
        var client: HTTPClient?
        var material = Material()
        var stamps: [FileStamp?] = []
        /// The files as they are now, read the last time that their stamps changed.
        var files = Material()
        var nextLook = Duration.zero
    }

    /// How often files are looked at.
    private static let lookInterval = Duration.seconds(1)

    private let access: ClusterAccess
    private let userAgent: String
    private let clock: KubernetesClock
    private let logger: Logger
    private let paths: [String]
    private let state = Mutex(State())

    /// Creates a transport that has not connected yet.
    init(access: ClusterAccess, userAgent: String, clock: KubernetesClock, logger: Logger) {
        self.access = access
        self.userAgent = userAgent
        self.clock = clock
        self.logger = logger
        let authorities: String? = if case .only(let source) = access.trust { source.path } else { nil }
        paths = [authorities, access.certificate?.certificate.path, access.certificate?.key.path].compactMap(\.self)
    }

    /// The client for a request that begins now.
    /// - Parameter identity: The client certificate of the request's credential, or `nil` for the cluster's own.
    /// - Throws: ``APIError`` with `configuration` when files cannot be used, and there is no client from before.
    func client(identity: TLSSettings.ClientCertificate?) throws(APIError) -> HTTPClient {
        let outcome = state.withLock { state -> Result<HTTPClient, APIError> in
            Result { () throws(APIError) in
                try look(&state)
                var material = state.files
                if let identity { material.identity = identity }
                if let client = state.client, state.material == material { return client }
                let isReplaced = state.client != nil
                let client = try connect(material)
                state.client = client
                state.material = material
                if isReplaced { logger.info("certificates for the API server changed, connecting anew") }
                return client
            }
        }
        return try outcome.get()
    }

    /// Reads the files again if they changed; what cannot be read stays what it was.
    private func look(_ state: inout State) throws(APIError) {
        let now = clock.now()
        let isFirst = state.client == nil
        guard isFirst || (!paths.isEmpty && now >= state.nextLook) else { return }
        state.nextLook = now + Self.lookInterval
        let stamps = paths.map(FileStamp.init)
        guard isFirst || stamps != state.stamps else { return }
        do throws(APIError) {
            state.files = try read()
            state.stamps = stamps
        } catch {
            guard !isFirst else { throw error }
            // Remembered all the same, so that this is logged once and tried again at the next change.
            state.stamps = stamps
            logger.warning("changed certificate files cannot be used", ["error": error.message])
        }
    }

    private func read() throws(APIError) -> Material {
        var material = Material()
        if case .only(let source) = access.trust { material.authorities = try source.read() }
        if let source = access.certificate {
            let key = String(decoding: try source.key.read(), as: UTF8.self)
            material.identity = .init(certificate: try source.certificate.read(), key: .init(key))
        }
        return material
    }

    private func connect(_ material: Material) throws(APIError) -> HTTPClient {
        let configuration = HTTPClientConfiguration(
            tls: TLSSettings(
                authorities: material.authorities,
                identity: material.identity,
                serverName: access.serverName,
                verifiesServer: access.trust != .anything
            ),
            proxies: ProxyRules(access.proxy),
            // Each watch takes a connection for as long as it lasts; none of them may keep another request waiting.
            connectionsPerHost: 4096,
            userAgent: userAgent
        )
        do throws(HTTPError) {
            return try HTTPClient(configuration: configuration, logger: logger)
        } catch {
            throw APIError(.configuration, "no connection to the API server can be made: \(error.message)")
        }
    }
}
