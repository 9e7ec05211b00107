package import Daemon
internal import FoundationEssentials
internal import HTTP
internal import JSON
package import Kubernetes
package import Logging
package import Metrics

/// Puts the operator together: its services in the order in which they start.
///
/// What starts first is stopped last: the controller stops before what it writes with, and the lease is given back when
/// nothing writes any more.
package struct OperatorAssembly: Sendable {
    /// Who events come from.
    static let controllerName = "kustosink.dev/kusto-sink-operator"

    /// The services, and what the end of each means for the others.
    package let services: [ServiceGroupConfiguration.ServiceConfiguration]

    /// Puts the operator together.
    /// - Parameters:
    ///   - environment: The process's environment: where the cluster is, and `POD_NAME` and `POD_NAMESPACE`.
    ///   - health: Is told what goes round and what is ready.
    /// - Throws: `ExitError` with `usage` when the cluster cannot be found or its certificates not be used.
    package init(
        _ settings: OperatorSettings,
        environment: [String: String],
        registry: MetricsRegistry,
        health: any OperatorHealth,
        clock: KubernetesClock = .system,
        logger: Logger
    ) throws(ExitError) {
        let access: ClusterAccess
        let client: APIClient
        let leases: APIClient
        let probes: HTTPClient
        do {
            access = try ClusterAccess.load(kubeconfig: settings.kubeconfig, environment: environment)
            client = try APIClient(
                access: access,
                userAgent: UserAgent.text(
                    program: "kusto-sink-operator",
                    version: settings.version,
                    component: "controller"
                ),
                registry: registry,
                logger: logger
            )
            leases = try client.separate()
            probes = try WorkerProbe.makeClient(logger: logger)
        } catch let error as APIError {
            throw ExitError(.usage, error.message)
        } catch {
            throw ExitError(.usage, "\(error)")
        }
        logger.info("cluster found", ["kubernetes.server": access.server])
        self.init(
            settings,
            api: client,
            leases: leases,
            leaseNamespace: environment["POD_NAMESPACE"] ?? access.namespace,
            process: environment["POD_NAME"] ?? ProcessInfo.processInfo.hostName,
            probes: { request throws(HTTPError) in try await probes.execute(request) },
            registry: registry,
            health: health,
            clock: clock,
            logger: logger
        )
    }

    /// Puts the operator together over any API.
    init(
        _ settings: OperatorSettings,
        api: any KubernetesAPI,
        leases: any KubernetesAPI,
        leaseNamespace: String,
        process: String,
        probes: @escaping WorkerProbe.Send,
        registry: MetricsRegistry,
        health: any OperatorHealth,
        clock: KubernetesClock,
        logger: Logger
    ) {
        let elector =
            settings.electsLeader
            ? LeaderElector(
                api: leases,
                lease: ObjectReference(.lease, namespace: leaseNamespace, name: settings.leaseName),
                identity: "\(process)_\(UUID().uuidString.lowercased())",
                timing: settings.leaseTiming,
                registry: registry,
                clock: clock,
                logger: logger
            ) : nil
        let watchMetrics = WatchMetrics(registry: registry, clock: clock)
        let cluster = WatchedCluster(
            api: api,
            namespaces: settings.namespaces,
            secretAccess: settings.secretAccess,
            metrics: watchMetrics,
            clock: clock,
            logger: logger
        )
        let recorder = EventRecorder(
            api: api,
            controller: Self.controllerName,
            instance: process,
            registry: registry,
            clock: clock,
            logger: logger
        )
        let discovery = APIDiscovery(api: api, clock: clock, logger: logger)
        let scalingMetrics = ScalingMetrics(registry: registry)
        let wishes = Wishes()
        let lag = LagReader(metrics: scalingMetrics, logger: logger, onChange: { wishes.look(at: $0) })
        let probe = WorkerProbe(logger: logger, onChange: { wishes.look(at: $0) }, send: probes)
        var tools = SinkTools(
            settings: settings.workers,
            record: { event, sink in
                recorder.record(
                    type: event.reason.severity == .warning ? .warning : .normal,
                    reason: event.reason.rawValue,
                    action: event.reason.action,
                    note: event.note,
                    regarding: sink
                )
            },
            hasKind: { await discovery.has($0) },
            lag: lag,
            scalingMetrics: scalingMetrics,
            groups: KafkaGroupDeleter(logger: logger),
            workers: probe
        )
        tools.missedKind = { discovery.forget($0) }
        let reconciler = SinkReconciler(
            api: elector.map { FencedAPI(api, by: $0.fence) } ?? api,
            cache: cluster,
            tools: tools,
            registry: registry,
            clock: clock,
            logger: logger
        )
        health.wait(for: "caches", because: "are not filled yet")
        let controller = ControllerService(
            ControllerService.Parts(
                cluster: cluster,
                reconciler: reconciler,
                workers: settings.concurrency,
                isLeader: { elector?.isLeader ?? true },
                knock: { [places = settings.namespaces] () throws(APIError) in
                    try await Self.knock(api, places.isEmpty ? [nil] : places)
                },
                onCaches: { problem in
                    if let problem { health.wait(for: "caches", because: problem) } else { health.isReady("caches") }
                }
            ),
            registry: registry,
            clock: clock,
            logger: logger
        )
        wishes.fulfil { controller.look(at: $0) }
        let vigil = VigilService(
            [
                ("the watch of resources", { watchMetrics.stalled.isEmpty }),
                ("leader election", { elector?.isStuck != true }),
                ("the reconciliation of sinks", { controller.isWell }),
            ],
            clock: clock
        ) { health.beat($0) }
        let services: [any Service] =
            [vigil] + (elector.map { [ElectionService($0)] } ?? []) + cluster.watchers
            + [recorder, lag, probe, controller]
        self.services = services.map { service in
            // Who has lost the lease stops at once; after any other failure it is given back in order.
            .init(
                service: service,
                failureTerminationBehavior: service is ElectionService ? .cancelGroup : .gracefullyShutdownGroup
            )
        }
    }

    /// Asks whether the server answers, lets us read sinks in one of the places at least, and knows what a sink is.
    private static func knock(_ api: any KubernetesAPI, _ places: [String?]) async throws(APIError) {
        var failure: APIError?
        for place in places {
            do throws(APIError) {
                _ = try await api.list(ObjectScope(KustoSink.kind, namespace: place), continuing: nil)
                return
            } catch {
                failure = failure ?? error
            }
        }
        guard let failure else { return }
        guard failure.code == .notFound else { throw failure }
        throw APIError(
            .notFound,
            "the cluster has no KustoSink resources: apply crds/kustosinks.yaml",
            status: failure.status
        )
    }
}
