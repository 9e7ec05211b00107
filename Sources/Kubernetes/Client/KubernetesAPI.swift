package import JSON

/// What is asked of an API server; every call has a deadline of its own.
///
/// ``APIClient`` asks a real one.
package protocol KubernetesAPI: Sendable {
    /// Reads an object; `nil` when there is none.
    func get(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject?

    /// Reads one page of a list.
    /// - Parameter continuing: The token of the page before, or `nil` for the first.
    func list(_ scope: ObjectScope, continuing: String?) async throws(APIError) -> ObjectPage

    /// Follows changes from a resource version on, until the server ends the watch.
    /// - Parameter onEvent: Called for each event in order, bookmarks and errors included.
    func watch(
        _ scope: ObjectScope,
        from resourceVersion: String,
        onEvent: @Sendable (WatchEvent) async throws(APIError) -> Void
    ) async throws(APIError)

    /// Applies the fields of an object by server-side apply with force, for one field manager.
    ///
    /// The object must have apiVersion, kind, name and namespace.
    /// - Returns: The object as the server keeps it now.
    func apply(_ object: KubernetesObject, manager: String) async throws(APIError) -> KubernetesObject

    /// Changes parts of an object.
    /// - Parameters:
    ///   - subresource: Such as `status` or `scale`, or `nil` for the object itself.
    ///   - manager: The field manager that owns the change.
    /// - Returns: The object as the server keeps it now.
    func patch(
        _ reference: ObjectReference,
        subresource: String?,
        _ patch: ObjectPatch,
        manager: String
    ) async throws(APIError) -> KubernetesObject

    /// Creates an object; fails with `alreadyExists` when there is one of that name.
    func create(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject

    /// Replaces an object that has not changed since its `resourceVersion`; fails with `conflict` otherwise.
    func replace(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject

    /// Deletes an object, in the background what it owns; returns `false` when there is none.
    /// - Parameters:
    ///   - uid: The object must have this uid; `conflict` otherwise.
    ///   - resourceVersion: The object must have this version; `conflict` otherwise.
    func delete(_ reference: ObjectReference, uid: String?, resourceVersion: String?) async throws(APIError) -> Bool

    /// Reads a path as it is, for discovery: `/version`, `/apis/GROUP/VERSION`; `nil` when there is none.
    func read(path: String) async throws(APIError) -> JSONValue?

    /// Returns an API of the same server that asks a fence before each attempt at a write.
    ///
    /// Who sends a write at once and only once may return itself, when its caller asks before each call.
    func fenced(by fence: WriteFence) -> any KubernetesAPI
}

extension KubernetesAPI {
    /// Returns itself.
    package func fenced(by fence: WriteFence) -> any KubernetesAPI { self }
}
