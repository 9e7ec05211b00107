package import JSON
package import Kubernetes

/// Lets writes through only while this process may write: while it leads, and while its lease cannot have been taken over.
///
/// The question is asked before each write, and by an API that repeats requests also before each attempt, so that a leader
/// that was stopped for longer than its lease, and does not know it yet, changes nothing when it goes on.
package struct FencedAPI: KubernetesAPI {
    private let api: any KubernetesAPI
    private let fence: WriteFence

    /// Fences an API.
    package init(_ api: any KubernetesAPI, by fence: WriteFence) {
        self.api = api.fenced(by: fence)
        self.fence = fence
    }

    private func check(_ what: String) throws(APIError) { _ = try fence.pass("write \(what)") }

    package func get(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject? {
        try await api.get(reference)
    }

    package func list(_ scope: ObjectScope, continuing: String?) async throws(APIError) -> ObjectPage {
        try await api.list(scope, continuing: continuing)
    }

    package func watch(
        _ scope: ObjectScope,
        from resourceVersion: String,
        onEvent: @Sendable (WatchEvent) async throws(APIError) -> Void
    ) async throws(APIError) {
        try await api.watch(scope, from: resourceVersion, onEvent: onEvent)
    }

    package func apply(_ object: KubernetesObject, manager: String) async throws(APIError) -> KubernetesObject {
        try check("\(object.kind) \(object.namespace)/\(object.name)")
        return try await api.apply(object, manager: manager)
    }

    package func patch(
        _ reference: ObjectReference,
        subresource: String?,
        _ patch: ObjectPatch,
        manager: String
    ) async throws(APIError) -> KubernetesObject {
        try check("\(reference)")
        return try await api.patch(reference, subresource: subresource, patch, manager: manager)
    }

    package func create(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        try check("\(object.kind) \(object.namespace)/\(object.name)")
        return try await api.create(object)
    }

    package func replace(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        try check("\(object.kind) \(object.namespace)/\(object.name)")
        return try await api.replace(object)
    }

    package func delete(
        _ reference: ObjectReference,
        uid: String?,
        resourceVersion: String?
    ) async throws(APIError) -> Bool {
        try check("\(reference)")
        return try await api.delete(reference, uid: uid, resourceVersion: resourceVersion)
    }

    package func read(path: String) async throws(APIError) -> JSONValue? { try await api.read(path: path) }
}
