import Foundation
import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Testing

@testable import Operator

/// Whether a role that names Secrets is enough for an operator that reads them by name, as the server's authorizer has it.
@Suite(
    "An operator whose role names Secrets",
    .enabled(if: TestCluster.isNamed(), "runs within Tests/Cluster/within.py only"),
    .timeLimit(.minutes(10))
)
struct SecretAccessClusterTests {
    private static let logger = Logger(label: "test", level: .error, sink: MemoryLogSink())

    @Test("sees those, is told of changes, and says of every other that the role has to name it")
    func names() async throws {
        let kubectl = try Kubectl()
        defer { try? kubectl.remove() }
        let (open, closed) = (
            "names-\(UUID().uuidString.lowercased().prefix(8))", "closed-\(UUID().uuidString.lowercased().prefix(8))"
        )
        defer { _ = try? kubectl.run(["delete", "--wait=false", "namespace", open, closed], []) }
        try Self.prepare(kubectl, open, closed)
        let api = try Self.restricted(kubectl, open)
        await #expect(throws: APIError.self) {
            try await api.list(ObjectScope(.secret, namespace: open), continuing: nil)
        }

        let watches = SecretWatches(
            api: api,
            namespaces: [],
            access: .byName,
            metrics: WatchMetrics(registry: MetricsRegistry()),
            clock: .system,
            logger: Self.logger
        )
        let poll = SecretPoll(api: api, clock: .system)
        func watched(_ namespace: String, _ name: String) -> SecretKnowledge {
            watches.knowledge(namespace: namespace, name: name)
        }
        func polled(_ namespace: String, _ name: String) -> SecretKnowledge {
            poll.knowledge(SecretName(namespace: namespace, name: name)) ?? .unknown
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watches.run() }
            group.addTask { await poll.run() }
            defer { group.cancelAll() }
            watches.follow(["adx", "late", "unnamed"], for: SinkKey(namespace: open, name: "sink"))
            watches.follow(["adx"], for: SinkKey(namespace: closed, name: "sink"))
            poll.poll(
                Set(
                    ["adx", "late", "unnamed"].map { SecretName(namespace: open, name: $0) }
                        + [SecretName(namespace: closed, name: "adx")]
                )
            )
            for look in [watched, polled] {
                try await eventually("the named Secret is seen") { Self.isPresent(look(open, "adx")) }
                try await eventually("the named Secret is known to be missing") { look(open, "late") == .absent }
                for (namespace, name) in [(open, "unnamed"), (closed, "adx")] {
                    try await eventually("\(name) is refused") { Self.refusal(look(namespace, name)) != nil }
                }
            }
            let told = try #require(Self.refusal(watched(closed, "adx")))
            #expect(told.contains("the Secret adx") && told.contains("namespace \(closed)"))
            #expect(told.contains("rbac.secretNames"))
            let before = watched(open, "adx")
            try Self.apply(kubectl, [Self.secret("adx", in: open, value: "second"), Self.secret("late", in: open)])
            try await eventually("the change is seen") { watched(open, "adx") != before }
            try await eventually("the new Secret is seen") { Self.isPresent(watched(open, "late")) }
            // The refusals must have disturbed nobody.
            #expect(Self.isPresent(watched(open, "adx")))
        }
    }

    private static func isPresent(_ knowledge: SecretKnowledge) -> Bool {
        if case .present = knowledge { true } else { false }
    }

    private static func refusal(_ knowledge: SecretKnowledge) -> String? {
        guard case .unreadable(let error) = knowledge, error.code == .forbidden else { return nil }
        return error.message
    }

    private static func secret(_ name: String, in namespace: String, value: String = "first") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "stringData": ["secret": .string(value)],
        ]
    }

    private static func apply(_ kubectl: Kubectl, _ objects: [JSONValue]) throws {
        let outcome = try kubectl.run(["apply"], objects)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    /// Makes two namespaces with Secrets, and in the first an identity that may read two of its Secrets by name.
    private static func prepare(_ kubectl: Kubectl, _ open: String, _ closed: String) throws {
        let spaces = [open, closed].map { name -> JSONValue in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        }
        let metadata: JSONValue = ["name": "operator", "namespace": .string(open)]
        let role: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata,
            "rules": [
                [
                    "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["adx", "late"],
                    "verbs": ["get", "list", "watch"],
                ]
            ],
        ]
        let binding: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": metadata,
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "operator"],
            "subjects": [["kind": "ServiceAccount", "name": "operator", "namespace": .string(open)]],
        ]
        try apply(
            kubectl,
            spaces + [
                ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata], role, binding,
                secret("adx", in: open), secret("unnamed", in: open), secret("adx", in: closed),
            ]
        )
    }

    /// A client with the token of that identity and no other.
    private static func restricted(_ kubectl: Kubectl, _ namespace: String) throws -> APIClient {
        let token = try kubectl.run(["create", "token", "operator", "--namespace", namespace], [])
        try #require(token.status == 0, "\(token.errors)")
        let known = try kubectl.run(["config", "view", "--raw", "--minify", "--flatten", "--output=json"], [])
        let config = try JSONValue(parsing: Array(known.output.utf8))
        let user: JSONValue = [
            "name": .string(config["users"]?[0]?["name"]?.stringValue ?? ""),
            "user": ["token": .string(token.output.trimmingCharacters(in: .whitespacesAndNewlines))],
        ]
        let file = FileManager.default.temporaryDirectory.appending(path: "kubeconfig-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(config.setting([user], at: ["users"]).serialized()).write(to: file)
        return try APIClient(
            access: ClusterAccess.load(kubeconfig: file.path(), environment: [:]),
            userAgent: "tests",
            registry: MetricsRegistry(),
            logger: logger
        )
    }
}
