internal import HTTP
package import JSON
internal import Logging

extension APIClient {
    /// How many objects a page of a list has at most; a page is parsed as a whole, at ten times its size.
    private static let pageSize = 100
    /// How many Secrets a page has at most: each may have a mebibyte, and two fifths more in base64.
    private static let secretsPageSize = 20
    /// The most bytes of a page, if nobody says otherwise: of Secrets a whole page of the largest ones.
    package static let pageLimit = 32 << 20

    package func get(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject? {
        let call = APICall(.get, reference)
        do throws(APIError) {
            return KubernetesObject(try json(try await send(call), call))
        } catch  where error.code == .notFound {
            return nil
        }
    }

    package func read(path: String) async throws(APIError) -> JSONValue? {
        let call = APICall(path: path)
        do throws(APIError) {
            return try json(try await send(call), call)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// A page that is larger than is taken is asked for again with half as many objects, down to one.
    package func list(_ scope: ObjectScope, continuing: String?) async throws(APIError) -> ObjectPage {
        var size = scope.kind == .secret ? Self.secretsPageSize : Self.pageSize
        while true {
            do throws(APIError) {
                return try await page(scope, continuing: continuing, size: size)
            } catch  where error.code == .tooLarge && size > 1 {
                size /= 2
                logger.debug("a page is too large", ["reason": error.message, "next_size": size])
            }
        }
    }

    private func page(_ scope: ObjectScope, continuing: String?, size: Int) async throws(APIError) -> ObjectPage {
        var call = APICall(.list, scope.kind, namespace: scope.namespace)
        // Without a resource version the list is the newest there is.
        call.query = scope.query + [("limit", String(size))]
        if let continuing { call.query.append(("continue", continuing)) }
        call.limit = pageLimit
        let value = try json(try await send(call), call)
        let metadata = value["metadata"]
        guard let items = value["items"], let version = metadata?["resourceVersion"]?.stringValue else {
            throw APIError(.malformed, "cannot \(call.action): the answer is no list")
        }
        return ObjectPage(
            objects: (items.arrayValue ?? []).map(KubernetesObject.init),
            resourceVersion: version,
            continuation: metadata?["continue"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    package func apply(_ object: KubernetesObject, manager: String) async throws(APIError) -> KubernetesObject {
        var call = APICall(.patch, try Self.reference(object, for: "apply"))
        call.query = [("fieldManager", manager), ("force", "true"), ("fieldValidation", "Strict")]
        // The server takes JSON under this name too, and no other name for an apply.
        call.contentType = "application/apply-patch+yaml"
        call.body = Self.withoutManagedFields(object.json).serialized()
        return KubernetesObject(try json(try await send(call), call))
    }

    package func patch(
        _ reference: ObjectReference,
        subresource: String?,
        _ patch: ObjectPatch,
        manager: String
    ) async throws(APIError) -> KubernetesObject {
        var call = APICall(.patch, reference, subresource: subresource)
        call.query = [("fieldManager", manager), ("fieldValidation", "Strict")]
        switch patch {
        case .merge(let value):
            call.contentType = "application/merge-patch+json"
            call.body = value.serialized()
        case .operations(let value):
            call.contentType = "application/json-patch+json"
            call.body = value.serialized()
        }
        return KubernetesObject(try json(try await send(call), call))
    }

    package func create(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        let reference = try Self.reference(object, for: "create")
        var call = APICall(.create, reference.kind, namespace: reference.namespace)
        call.name = reference.name
        call.query = [("fieldValidation", "Strict")]
        call.body = object.json.serialized()
        do throws(APIError) {
            return KubernetesObject(try json(try await send(call), call))
        } catch  where error.code == .unreachable || error.code == .unavailable {
            // It may have been created without an answer; to create it again then would fail, or be done twice.
            guard let found = try await get(reference) else {
                return KubernetesObject(try json(try await send(call), call))
            }
            guard found.json.contains(object.json) else {
                throw APIError(.alreadyExists, "cannot \(call.action): it exists and is another", status: 409)
            }
            return found
        }
    }

    package func replace(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        var call = APICall(.update, try Self.reference(object, for: "replace"))
        guard !object.resourceVersion.isEmpty else {
            throw APIError(
                .invalid,
                "cannot \(call.action): it has no resourceVersion, so a change would be overwritten"
            )
        }
        call.query = [("fieldValidation", "Strict")]
        call.body = object.json.serialized()
        return KubernetesObject(try json(try await send(call), call))
    }

    package func delete(
        _ reference: ObjectReference,
        uid: String?,
        resourceVersion: String?
    ) async throws(APIError) -> Bool {
        var call = APICall(.delete, reference)
        var preconditions: JSONObject = [:]
        if let uid { preconditions["uid"] = .string(uid) }
        if let resourceVersion { preconditions["resourceVersion"] = .string(resourceVersion) }
        var options: JSONObject = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
        ]
        if !preconditions.isEmpty { options["preconditions"] = .object(preconditions) }
        call.body = JSONValue.object(options).serialized()
        do throws(APIError) {
            _ = try await send(call)
            return true
        } catch  where error.code == .notFound {
            return false
        }
    }

    private func json(_ response: HTTPResponse, _ call: APICall) throws(APIError) -> JSONValue {
        if let value = try? JSONValue(parsing: response.body), value.objectValue != nil { return value }
        throw APIError(.malformed, "cannot \(call.action): the answer is no JSON object", status: response.status)
    }

    private static func reference(
        _ object: KubernetesObject,
        for verb: String
    ) throws(APIError) -> ObjectReference {
        guard let kind = ResourceKind(of: object), !object.name.isEmpty else {
            throw APIError(.invalid, "cannot \(verb) an object without apiVersion, kind and name")
        }
        return ObjectReference(kind, namespace: object.namespace, name: object.name)
    }

    private static func withoutManagedFields(_ json: JSONValue) -> JSONValue {
        guard var object = json.objectValue, var metadata = object["metadata"]?.objectValue else { return json }
        metadata["managedFields"] = nil
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}

extension ObjectScope {
    /// The selectors as parameters of a list or a watch.
    var query: [(name: String, value: String)] {
        [("labelSelector", labelSelector), ("fieldSelector", fieldSelector)].compactMap { name, value in
            value.map { (name, $0) }
        }
    }
}

extension JSONValue {
    /// Whether this has everything that `other` has; objects may have more members.
    func contains(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.object(let own), .object(let wanted)):
            wanted.allSatisfy { key, value in own[key]?.contains(value) ?? value.isNull }
        case (.array(let own), .array(let wanted)):
            own.count == wanted.count && zip(own, wanted).allSatisfy { $0.contains($1) }
        default: self == other
        }
    }
}
