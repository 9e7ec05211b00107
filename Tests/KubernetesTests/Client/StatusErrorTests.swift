import HTTP
import JSON
import Testing

@testable import Kubernetes

@Suite("Refusals of the API server")
struct StatusErrorTests {
    private static let deployment = ObjectReference(.deployment, namespace: "shop", name: "orders")

    private static func status(
        _ code: Int,
        _ reason: String,
        causes: [(reason: String, field: String, message: String)] = [],
        retryAfter: Int? = nil
    ) -> JSONValue {
        var details: JSONObject = [
            "causes": .array(
                causes.map {
                    ["reason": .string($0.reason), "field": .string($0.field), "message": .string($0.message)]
                }
            )
        ]
        if let retryAfter { details["retryAfterSeconds"] = .integer(Int64(retryAfter)) }
        return [
            "kind": "Status", "status": "Failure", "code": .integer(Int64(code)), "reason": .string(reason),
            "message": "the server's words", "details": .object(details),
        ]
    }

    @Test(
        "are told apart by status, reason and cause",
        arguments: [
            (401, "Unauthorized", nil, APIError.Code.unauthorized), (403, "Forbidden", nil, .forbidden),
            (403, "Forbidden", "NamespaceTerminating", .namespaceTerminating), (404, "NotFound", nil, .notFound),
            (409, "Conflict", nil, .conflict), (409, "Conflict", "FieldManagerConflict", .conflict),
            (409, "AlreadyExists", nil, .alreadyExists), (410, "Expired", nil, .gone), (410, "Gone", nil, .gone),
            (400, "BadRequest", nil, .invalid), (415, "UnsupportedMediaType", nil, .invalid),
            (422, "Invalid", "FieldValueInvalid", .invalid), (429, "TooManyRequests", nil, .tooManyRequests),
            (500, "InternalError", nil, .unavailable), (503, "ServiceUnavailable", nil, .unavailable),
            (504, "Timeout", nil, .unavailable), (504, "Timeout", "ResourceVersionTooLarge", .unavailable),
            (302, "", nil, .other),
        ] as [(Int, String, String?, APIError.Code)]
    )
    func codes(status: Int, reason: String, cause: String?, code: APIError.Code) {
        let body = Self.status(status, reason, causes: cause.map { [($0, "spec.x", "is wrong")] } ?? [])
        let response = HTTPResponse(status: status, body: body.serialized())
        let error = APIError(response, of: APICall(.patch, Self.deployment))
        #expect(error.code == code && error.status == status)
        #expect(error.message.hasPrefix("cannot patch Deployment shop/orders: the server's words"))
        #expect(error.causes.map(\.reason) == [cause].compactMap(\.self))
    }

    @Test("a watch from a version that the server has not reached has to begin anew")
    func versionTooLarge() {
        let body = Self.status(504, "Timeout", causes: [("ResourceVersionTooLarge", "", "Too large resource version")])
        let call = APICall(.watch, .deployment, namespace: nil)
        #expect(APIError(status: 504, body: body, of: call).code == .gone)
    }

    @Test("say how long to wait, in the header or in the body")
    func waits() {
        let call = APICall(.get, Self.deployment)
        let body = Self.status(429, "TooManyRequests", retryAfter: 7).serialized()
        #expect(APIError(HTTPResponse(status: 429, body: body), of: call).retryAfter == .seconds(7))
        let header = HTTPResponse(status: 429, headers: [HTTPHeader("retry-after", "3")], body: body)
        #expect(APIError(header, of: call).retryAfter == .seconds(3))
        #expect(APIError(HTTPResponse(status: 429), of: call).retryAfter == nil)
    }

    @Test("name the permission that is missing")
    func permissions() {
        func message(_ call: APICall) -> String { APIError(status: 403, body: nil, of: call).message }
        let scale = APICall(.patch, Self.deployment, subresource: "scale")
        #expect(message(scale).hasPrefix("cannot patch the scale of Deployment shop/orders: HTTP status 403; grant"))
        #expect(message(scale).contains("the verb patch on deployments/scale of API group apps in namespace shop"))
        let list = APICall(.list, .secret, namespace: nil)
        #expect(message(list).contains("the verb list on secrets of the core API group in the whole cluster"))
        #expect(message(APICall(path: "/version")).contains("the verb get on the nonResourceURL /version"))
    }

    @Test("by something other than the API server are shown without its words")
    func gateways() {
        let response = HTTPResponse(status: 502, body: Array("<html>Bad Gateway, cookie=hunter2</html>".utf8))
        let error = APIError(response, of: APICall(.get, Self.deployment))
        #expect(error.code == .unavailable && error.message.contains("HTTP status 502"))
        #expect(!error.message.contains("hunter2"))
    }

    @Test("of a Secret name the fields and repeat no value")
    func secrets() {
        let causes = [("FieldValueInvalid", "data[key]", "Invalid value: \"hunter2\"")]
        let call = APICall(.create, ObjectReference(.secret, namespace: "shop", name: "s"))
        let error = APIError(status: 422, body: Self.status(422, "Invalid", causes: causes), of: call)
        #expect(error.message.contains("fields data[key]") && error.causes.map(\.field) == ["data[key]"])
        #expect(!"\(error.message) \(error.causes)".contains("hunter2"))
    }
}
