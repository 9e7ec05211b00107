internal import FoundationEssentials
import HTTP
import Identity
import Testing
import Text

@testable import Kusto

@Suite("What a failure is, and whether trying again helps")
struct FailureClassifierTests {
    private func response(_ status: Int, _ body: String = "", _ headers: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    private static let fromADX = [HTTPHeader("x-ms-activity-id", "a1")]
    private static let fromStorage = [HTTPHeader("x-ms-request-id", "r1")]

    @Test(
        "answers of the engine",
        arguments: [
            (400, #"{"error":{"code":"General_BadRequest","@permanent":true}}"#, KustoError.Code.badRequest, .rejected),
            (400, #"{"error":{"code":"General_BadRequest","@permanent":false}}"#, .serviceFailure, .retry),
            (400, "not JSON", .badRequest, .rejected),
            (
                400, #"{"error":{"code":"BadRequest_MappingReferenceWasNotFound","@permanent":true}}"#,
                .mappingNotFound, .rejected
            ),
            (
                400, #"{"error":{"code":"x","@message":"Request is invalid: Forbidden: principal"}}"#, .forbidden,
                .rejected
            ),
            (302, "", .unexpectedResponse, .retry), (401, "", .unauthenticated, .retry),
            (403, "", .forbidden, .rejected), (404, "", .badRequest, .rejected),
            (408, "", .timedOut, .retry), (409, "", .badRequest, .rejected), (413, "", .badRequest, .rejected),
            (429, "", .throttled, .retry), (500, "", .serviceFailure, .retry), (503, "", .serviceFailure, .retry),
            (504, "", .timedOut, .retry),
            (520, #"{"error":{"code":"x","@permanent":true}}"#, .serviceFailure, .rejected),
        ] as [(Int, String, KustoError.Code, Disposition)]
    )
    func engine(status: Int, body: String, code: KustoError.Code, disposition: Disposition) {
        let answer = response(status, body, Self.fromADX)
        let error = FailureClassifier.failure(answer, leg: .management, url: "https://c.example/v1?x=1")
        #expect(error.code == code)
        #expect(error.disposition == disposition)
        #expect(error.httpStatus == status)
        #expect(!error.message.contains("x=1"))
        // The question where to put data says nothing about records, so no answer to it rejects any.
        #expect(FailureClassifier.failure(answer, leg: .resources, url: "u").disposition == .retry)
    }

    @Test(
        "what a proxy answers in ADX's place is no verdict of ADX",
        arguments: [301, 302, 307, 400, 401, 403, 404, 405, 407, 411, 413, 418, 429, 451, 500, 502, 503, 504, 511]
    )
    func proxies(status: Int) {
        let page = response(status, "<html><title>Proxy</title></html>", [HTTPHeader("Via", "1.1 gateway")])
        for leg in KustoLeg.allCases where leg != .token {
            let error =
                switch leg {
                case .upload, .enqueue:
                    FailureClassifier.storageFailure(page, leg: leg, url: "https://a.example/c?sig=1")
                default: FailureClassifier.failure(page, leg: leg, url: "https://c.example/v1")
                }
            #expect(error.disposition == .retry, "\(leg)")
            #expect(![.badRequest, .forbidden, .unauthenticated].contains(error.code), "\(leg)")
            if error.code == .unexpectedResponse { #expect(error.message.contains("look for a proxy")) }
        }
    }

    @Test("an answer is ADX's own by its header fields, its form, or the kind of token that it asks for")
    func origins() {
        #expect(AnswerOrigin.isADX(response(400, #"{"error":{"code":"x"}}"#)))
        #expect(AnswerOrigin.isADX(response(400, "", [HTTPHeader("X-MS-Client-Request-Id", "1")])))
        #expect(AnswerOrigin.isADX(response(401, "", [HTTPHeader("WWW-Authenticate", "Bearer authorization_uri=u")])))
        #expect(!AnswerOrigin.isADX(response(401, "", [HTTPHeader("WWW-Authenticate", "Basic realm=proxy")])))
        #expect(!AnswerOrigin.isADX(response(400, #"{"message":"x"}"#)))
        #expect(AnswerOrigin.isStorage(response(400, "<Error><Code>InvalidUri</Code></Error>")))
        #expect(AnswerOrigin.isStorage(response(400, "", [HTTPHeader("x-ms-version", "2021-08-06")])))
        #expect(!AnswerOrigin.isStorage(response(400, "<html>Code</html>")))
    }

    @Test(
        "answers of storage",
        arguments: [
            (200, KustoError.Code.unexpectedResponse, Disposition.retry), (302, .unexpectedResponse, .retry),
            (400, .badRequest, .rejected), (401, .storageRefused, .retry), (403, .storageRefused, .retry),
            (404, .storageRefused, .retry), (408, .timedOut, .retry), (409, .serviceFailure, .retry),
            (412, .serviceFailure, .retry),
            (413, .badRequest, .rejected), (429, .throttled, .retry), (500, .serviceFailure, .retry),
            (503, .serviceFailure, .retry), (504, .timedOut, .retry),
        ] as [(Int, KustoError.Code, Disposition)]
    )
    func storage(status: Int, code: KustoError.Code, disposition: Disposition) {
        let answer = response(status, "", Self.fromStorage)
        let error = FailureClassifier.storageFailure(answer, leg: .upload, url: "https://a.example/c?sig=1")
        #expect(error.code == code)
        #expect(error.disposition == disposition)
        #expect(!error.message.contains("sig"))
    }

    @Test(
        "a page that quotes the request's signature or query is withheld",
        arguments: [
            "<p>Blocked: https://a.example/c/b?sv=1&sig=S3CRET</p>", "<p>?SV=1&amp;SIG=S3CRET</p>",
            "url=https%3A%2F%2Fa.example%3Fsig%3DS3CRET", "no such page: /c/b?sv=1&tok=S3CRET",
        ]
    )
    func withholds(page: String) {
        let url = "https://a.example/c/b?sv=1&tok=S3CRET"
        let answer = response(502, page)
        for error in [
            FailureClassifier.storageFailure(answer, leg: .upload, url: url),
            FailureClassifier.failure(answer, leg: .management, url: url),
        ] {
            #expect(!error.message.contains("S3CRET"))
            #expect(error.message.contains("(page withheld: it quotes the request)"))
        }
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
        "a wait that is asked for is kept within an hour, and nonsense is no wait",
        arguments: [
            ("3", Duration.seconds(3)), ("-1", .zero), ("0", .zero), ("86400", .seconds(3600)),
            ("9223372036854775807", .seconds(3600)), ("99999999999999999999", nil), ("soon", nil),
            ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:49:07 GMT", .zero),
            ("Sun, 06 Nov 9994 08:49:37 GMT", .seconds(3600)),
            ("Sun, 06 Nov -2147483648 08:49:37 GMT", nil), ("Sun, 06 Nov 2147483647 08:49:37 GMT", nil),
            ("Sun, 2147483647 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 2147483647:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:-2147483648:37 GMT", nil), ("Sun, 06 Nov 1994 8:9 GMT", nil),
        ] as [(String, Duration?)]
    )
    func waits(text: String, wait: Duration?) {
        let headers = [HTTPHeader("Retry-After", text), HTTPHeader("Date", "Sun, 06 Nov 1994 08:49:37 GMT")]
        #expect(FailureClassifier.storageFailure(response(503, "", headers), leg: .upload, url: "u").retryAfter == wait)
    }

    @Test(
        "a token that cannot be had says nothing about records",
        arguments: [
            (IdentityError.Code.refused, KustoError.Code.unauthenticated), (.throttled, .throttled),
            (.serviceFailure, .serviceFailure), (.unexpectedAnswer, .unexpectedResponse), (.timedOut, .timedOut),
            (.tls, .tls), (.unreachable, .unreachable), (.cancelled, .cancelled),
            (.untrustedEndpoint, .untrustedEndpoint), (.invalidConfiguration, .invalidConfiguration),
        ] as [(IdentityError.Code, KustoError.Code)]
    )
    func token(code: IdentityError.Code, expected: KustoError.Code) {
        let error = FailureClassifier.failure(IdentityError(code, "m", retryAfter: .seconds(3), httpStatus: 400))
        #expect(error.code == expected && error.message == "m" && error.leg == .token)
        #expect(error.disposition == .retry && error.isRefusal == [.refused, .invalidConfiguration].contains(code))
        #expect(error.retryAfter == .seconds(3) && error.httpStatus == 400)
        #expect(FailureClassifier.failure(IdentityError(code, "m", needsChange: true)).disposition == .stop)
    }

    @Test(
        "exchanges without an answer keep their cause",
        arguments: [
            (HTTPError.Code.refused, KustoError.Code.unreachable, Disposition.retry),
            (.nameResolution, .unreachable, .retry), (.cut, .unreachable, .retry), (.timedOut, .timedOut, .retry),
            (.tls, .tls, .retry), (.responseTooLarge, .unexpectedResponse, .retry),
            (.unreadableBody, .unreadableBatch, .stop), (.invalidURL, .invalidConfiguration, .stop),
            (.cancelled, .cancelled, .retry),
        ] as [(HTTPError.Code, KustoError.Code, Disposition)]
    )
    func transport(code: HTTPError.Code, expected: KustoError.Code, disposition: Disposition) {
        let error = FailureClassifier.failure(HTTPError(code, "m"), leg: .query)
        #expect(error.code == expected)
        #expect(error.disposition == disposition)
        #expect((error.cause as? HTTPError)?.code == code)
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

    @Test("days and times that do not exist are no dates")
    func noDates() {
        for (year, month, day) in [
            (2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1),
        ] {
            #expect(CalendarTime(year: year, month: month, day: day).date == nil)
        }
        for extreme in [Int.min, -1, 10_000, Int.max] {
            #expect(CalendarTime(year: extreme, month: 1, day: 1).date == nil)
            #expect(CalendarTime(year: 2024, month: extreme, day: 1).date == nil)
            #expect(CalendarTime(year: 2024, month: 1, day: extreme).date == nil)
            #expect(CalendarTime(year: 2024, month: 1, day: 1, second: extreme).date == nil)
        }
        #expect(CalendarTime(year: 2000, month: 2, day: 29).date?.timeIntervalSince1970 == 951_782_400)
        #expect(CalendarTime(year: 1970, month: 1, day: 1).date?.timeIntervalSince1970 == 0)
        #expect(CalendarTime(year: 1969, month: 12, day: 31).date?.timeIntervalSince1970 == -86_400)
    }
}
