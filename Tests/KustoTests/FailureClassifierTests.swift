internal import FoundationEssentials
import HTTP
import Testing

@testable import Kusto

@Suite("What a failure is, and whether trying again helps")
struct FailureClassifierTests {
    private func response(_ status: Int, _ body: String = "", _ headers: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    @Test(
        "answers of the engine",
        arguments: [
            (400, #"{"error":{"code":"General_BadRequest","@permanent":true}}"#, KustoError.Code.badRequest, true),
            (400, #"{"error":{"code":"General_BadRequest","@permanent":false}}"#, .serviceFailure, false),
            (400, "not JSON", .badRequest, true),
            (
                400, #"{"error":{"code":"BadRequest_MappingReferenceWasNotFound","@permanent":true}}"#,
                .mappingNotFound, true
            ),
            (400, #"{"error":{"code":"x","@message":"Request is invalid: Forbidden: principal"}}"#, .forbidden, true),
            (401, "", .unauthenticated, true), (403, "", .forbidden, true), (404, "", .badRequest, true),
            (408, "", .timedOut, false), (409, "", .badRequest, true), (413, "", .badRequest, true),
            (429, "", .throttled, false), (500, "", .serviceFailure, false), (503, "", .serviceFailure, false),
            (504, "", .timedOut, false), (520, #"{"error":{"code":"x","@permanent":true}}"#, .serviceFailure, true),
        ]
    )
    func engine(status: Int, body: String, code: KustoError.Code, isPermanent: Bool) {
        let error = FailureClassifier.failure(response(status, body), leg: .management, url: "https://c.example/v1?x=1")
        #expect(error.code == code)
        #expect(error.isPermanent == isPermanent)
        #expect(error.httpStatus == status)
        #expect(!error.message.contains("x=1"))
    }

    @Test(
        "answers of storage",
        arguments: [
            (400, KustoError.Code.badRequest, true), (401, .storageRefused, false), (403, .storageRefused, false),
            (404, .storageRefused, false), (408, .timedOut, false), (409, .serviceFailure, false),
            (412, .serviceFailure, false),
            (413, .badRequest, true), (429, .throttled, false), (500, .serviceFailure, false),
            (503, .serviceFailure, false),
        ]
    )
    func storage(status: Int, code: KustoError.Code, isPermanent: Bool) {
        let error = FailureClassifier.storageFailure(response(status), leg: .upload, url: "https://a.example/c?sig=1")
        #expect(error.code == code)
        #expect(error.isPermanent == isPermanent)
        #expect(!error.message.contains("sig"))
    }

    @Test("storage says its own error code, in a header or in the body")
    func storageCodes() {
        let busy = response(503, "", [HTTPHeader("x-ms-error-code", "ServerBusy"), HTTPHeader("Retry-After", "3")])
        let error = FailureClassifier.storageFailure(busy, leg: .upload, url: "u")
        #expect(error.code == .throttled)
        #expect(error.retryAfter == .seconds(3))
        let body = response(
            403,
            "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>m</Message></Error>"
        )
        #expect(FailureClassifier.storageFailure(body, leg: .upload, url: "u").message.contains("AuthenticationFailed"))
    }

    @Test(
        "answers of a token endpoint",
        arguments: [
            (
                400, #"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid secret.\r\nTrace ID: x"}"#,
                true
            ),
            (401, #"{"error":"invalid_client"}"#, true), (400, #"{"error":"temporarily_unavailable"}"#, false),
            (408, "", false), (410, "", false), (429, "", false), (500, "", false), (404, "", true),
        ]
    )
    func token(status: Int, body: String, isPermanent: Bool) {
        let error = FailureClassifier.tokenFailure(response(status, body), url: "https://login.example/t")
        #expect(error.isPermanent == isPermanent)
        #expect(error.leg == .token)
        #expect(!error.message.contains("Trace"))
    }

    @Test(
        "answers of a managed identity's endpoint",
        arguments: [
            (400, true), (401, true), (403, true), (404, false), (410, false), (429, false), (500, false), (503, false),
        ]
    )
    func managedIdentity(status: Int, isPermanent: Bool) {
        let url = "http://169.254.169.254/metadata/identity/oauth2/token"
        let error = FailureClassifier.tokenFailure(response(status), url: url, isManagedIdentity: true)
        #expect(error.isPermanent == isPermanent)
        #expect(error.httpStatus == status)
    }

    @Test(
        "exchanges without an answer",
        arguments: [
            (HTTPError.Code.refused, KustoError.Code.unreachable, false), (.nameResolution, .unreachable, false),
            (.cut, .unreachable, false),
            (.timedOut, .timedOut, false), (.tls, .tls, false), (.responseTooLarge, .unexpectedResponse, false),
            (.unreadableBody, .unreadableBatch, true), (.invalidURL, .invalidConfiguration, true),
            (.cancelled, .cancelled, false),
        ]
    )
    func transport(code: HTTPError.Code, expected: KustoError.Code, isPermanent: Bool) {
        let error = FailureClassifier.failure(HTTPError(code, "m"), leg: .query)
        #expect(error.code == expected)
        #expect(error.isPermanent == isPermanent)
    }

    @Test(
        "HTTP dates are read and written",
        arguments: [("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800)]
    )
    func dates(text: String, seconds: Double) throws {
        let date = try #require(HTTPDate.date(from: text))
        #expect(date.timeIntervalSince1970 == seconds)
        #expect(HTTPDate.text(for: date) == text)
    }
}
