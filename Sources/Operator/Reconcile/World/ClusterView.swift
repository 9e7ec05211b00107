internal import JSON
internal import Kubernetes

/// The cluster as the operator knows it: what watches have brought, and what it wrote itself.
///
/// Every write of a reconciliation goes through here, so that the next look sees it.
struct ClusterView: Sendable {
    private let api: any KubernetesAPI
    private let cache: any ClusterCache
    private let written: WrittenObjects
    private let missed: @Sendable (ResourceKind) -> Void

    /// Creates a view.
    /// - Parameter missed: Is told that the server answered with 404 about a kind that was thought to be there.
    init(
        api: any KubernetesAPI,
        cache: any ClusterCache,
        written: WrittenObjects,
        missed: @escaping @Sendable (ResourceKind) -> Void = { _ in }
    ) {
        self.api = api
        self.cache = cache
        self.written = written
        self.missed = missed
    }

    /// Whether the objects of a kind that carry our labels are known without asking.
    func keeps(_ kind: ResourceKind) -> Bool { cache.keeps(kind) }

    /// Says which Secrets a sink names.
    func follow(_ secrets: Set<String>, for key: SinkKey) { cache.follow(secrets, for: key) }

    /// What is known of a Secret that a sink names.
    func secret(namespace: String, name: String) -> SecretKnowledge { cache.secret(namespace: namespace, name: name) }

    /// The object as it is known; an object without our labels is not.
    func known(_ reference: ObjectReference) -> KubernetesObject? {
        written.newest(reference, cached: cache.get(reference))
    }

    /// The objects of a kind that carry a sink's label, as they are known, by name.
    func labelled(_ key: SinkKey, _ kind: ResourceKind) -> [KubernetesObject] {
        cache.labelled(key, kind).compactMap { known(ObjectReference(kind, namespace: key.namespace, name: $0.name)) }
            .sorted { $0.name < $1.name }
    }

    /// Everything that a list finds; the server is asked.
    func list(_ scope: ObjectScope) async throws(APIError) -> [KubernetesObject] {
        var objects: [KubernetesObject] = []
        var continuation: String?
        repeat {
            let page = try await api.list(scope, continuing: continuation)
            objects += page.objects
            continuation = page.continuation
        } while continuation != nil
        return objects
    }

    /// A path of the API as it is, for what has no kind here.
    func read(path: String) async throws(APIError) -> JSONValue? { try await api.read(path: path) }

    /// A Secret with its values, which nobody keeps.
    func readSecret(namespace: String, name: String) async throws(APIError) -> KubernetesObject? {
        try await api.get(ObjectReference(.secret, namespace: namespace, name: name))
    }

    /// The object as the server has it now, whatever the watches say.
    func read(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject? { try await api.get(reference) }

    /// The object under a name, ours or not; asks the server where only it can say.
    /// - Throws: Also why what is known is out of date: nothing may be decided by it then.
    func find(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject? {
        if let problem = cache.problem(in: reference.namespace) { throw problem }
        if let known = known(reference) { return known }
        return try await noticing(reference.kind) { () throws(APIError) in try await api.get(reference) }
            .map { Self.kept($0, reference.kind) }
    }

    /// Makes a request about a kind that is not watched, and tells when the server does not know the kind.
    private func noticing<Answer>(
        _ kind: ResourceKind,
        _ request: () async throws(APIError) -> Answer
    ) async throws(APIError) -> Answer {
        do throws(APIError) {
            return try await request()
        } catch {
            if error.code == .notFound, !keeps(kind) { missed(kind) }
            throw error
        }
    }

    /// Applies an object's fields.
    func apply(
        _ object: KubernetesObject,
        _ reference: ObjectReference,
        manager: String
    ) async throws(APIError) -> KubernetesObject {
        try await write(reference) { () throws(APIError) in try await api.apply(object, manager: manager) }
    }

    /// Changes parts of an object.
    func patch(
        _ reference: ObjectReference,
        subresource: String? = nil,
        _ patch: ObjectPatch,
        manager: String
    ) async throws(APIError) -> KubernetesObject {
        try await write(reference) { () throws(APIError) in
            try await api.patch(reference, subresource: subresource, patch, manager: manager)
        }
    }

    private func write(
        _ reference: ObjectReference,
        _ request: () async throws(APIError) -> KubernetesObject
    ) async throws(APIError) -> KubernetesObject {
        guard cache.keeps(reference.kind) else {
            return Self.kept(try await noticing(reference.kind, request), reference.kind)
        }
        written.begin(reference)
        do throws(APIError) {
            let answer = Self.kept(try await request(), reference.kind)
            written.wrote(reference, answer)
            return answer
        } catch {
            written.failed(reference)
            throw error
        }
    }

    /// Deletes an object in the state in which it is known.
    func delete(_ reference: ObjectReference, _ object: KubernetesObject) async throws(APIError) {
        if cache.keeps(reference.kind) { written.begin(reference) }
        do throws(APIError) {
            _ = try await api.delete(reference, uid: object.uid, resourceVersion: nil)
        } catch {
            // Another object of that name is there now, which is not the one that was meant.
            guard error.code == .conflict || error.code == .notFound else {
                written.failed(reference)
                throw error
            }
        }
        if cache.keeps(reference.kind) { written.deleted(reference, uid: object.uid) }
    }

    /// Returns an object as it is kept: without who owns which field, and with digests in place of
    /// configurations, of which only equality matters.
    static func kept(_ object: KubernetesObject, _ kind: ResourceKind) -> KubernetesObject {
        let object = KubernetesObject(object.json.removing(["metadata", "managedFields"]))
        return kind == .configMap ? ConfigurationDigests.reduced(object) : object
    }
}
