import JSON
import Kubernetes
import Operator
import Synchronization
import Testing

/// An API server that holds some objects and is only read.
private final class ReadOnlyAPI: KubernetesAPI {
    private let objects: [ObjectReference: KubernetesObject]
    private let error: APIError?
    private let asked = Mutex<[ObjectReference]>([])

    init(_ objects: [ObjectReference: KubernetesObject] = [:], error: APIError? = nil) {
        self.objects = objects
        self.error = error
    }

    /// What was read.
    var reads: [ObjectReference] { asked.withLock { $0 } }

    func get(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject? {
        asked.withLock { $0.append(reference) }
        if let error { throw error }
        return objects[reference]
    }

    private static let refusal = APIError(.other, "only objects are read here")

    func list(_: ObjectScope, continuing _: String?) async throws(APIError) -> ObjectPage { throw Self.refusal }
    func watch(
        _: ObjectScope,
        from _: String,
        onEvent _: @Sendable (WatchEvent) async throws(APIError) -> Void
    ) async throws(APIError) { throw Self.refusal }
    func apply(_: KubernetesObject, manager _: String) async throws(APIError) -> KubernetesObject {
        throw Self.refusal
    }
    func patch(
        _: ObjectReference,
        subresource _: String?,
        _: ObjectPatch,
        manager _: String
    ) async throws(APIError) -> KubernetesObject { throw Self.refusal }
    func create(_: KubernetesObject) async throws(APIError) -> KubernetesObject { throw Self.refusal }
    func replace(_: KubernetesObject) async throws(APIError) -> KubernetesObject { throw Self.refusal }
    func delete(_: ObjectReference, uid _: String?, resourceVersion _: String?) async throws(APIError) -> Bool {
        throw Self.refusal
    }
    func read(path _: String) async throws(APIError) -> JSONValue? { throw Self.refusal }
}

@Suite("Reading Strimzi's resources")
struct StrimziReaderTests {
    private static func reference(_ kind: ResourceKind, _ name: String) -> ObjectReference {
        ObjectReference(kind, namespace: "data", name: name)
    }

    private static let spec = StrimziFixture.spec("tls", user: true)

    @Test("asks for nothing unless the spec refers to it")
    func unreferenced() async throws {
        let api = ReadOnlyAPI()
        let reader = StrimziReader(api: api) { _ in true }
        #expect(try await reader.read(KafkaSpec(), namespace: "data") == nil)
        #expect(api.reads.isEmpty)
    }

    @Test("asks in the newest version that the cluster serves", arguments: ["v1", "v1beta2"])
    func versions(version: String) async throws {
        let kinds = (StrimziResources.clusterKinds + StrimziResources.userKinds).filter { $0.version == version }
        let user = StrimziFixture.user("tls")
        let api = ReadOnlyAPI([
            Self.reference(kinds[0], "events"): StrimziFixture.kafka, Self.reference(kinds[1], "reader"): user,
        ])
        // A server of v1 may still serve v1beta2 as well.
        let reader = StrimziReader(api: api) { $0.version == version || $0.version == "v1beta2" }
        let resources = try await reader.read(Self.spec, namespace: "data")
        #expect(resources == StrimziResources(cluster: .found(StrimziFixture.kafka), user: .found(user)))
        #expect(kinds.map(\.apiVersion) == Array(repeating: "kafka.strimzi.io/\(version)", count: 2))
        #expect(api.reads.map(\.kind) == kinds)
    }

    @Test("tells a missing kind from a missing resource")
    func missing() async throws {
        let none = StrimziReader(api: ReadOnlyAPI()) { _ in false }
        #expect(
            try await none.read(Self.spec, namespace: "data")
                == StrimziResources(cluster: .kindMissing, user: .kindMissing)
        )
        let empty = StrimziReader(api: ReadOnlyAPI()) { _ in true }
        #expect(
            try await empty.read(Self.spec, namespace: "data") == StrimziResources(cluster: .missing, user: .missing)
        )
    }

    @Test("passes on that the operator may not read")
    func forbidden() async {
        let reader = StrimziReader(api: ReadOnlyAPI(error: APIError(.forbidden, "may not get kafkas"))) { _ in true }
        let error = await #expect(throws: APIError.self) { try await reader.read(Self.spec, namespace: "data") }
        #expect(error?.code == .forbidden)
    }
}
