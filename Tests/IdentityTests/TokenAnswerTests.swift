import HTTP
import Testing

@testable import Identity

@Suite("What token endpoints answer")
struct TokenAnswerTests {
    private func failure(_ status: Int, _ body: String = "", isMachine: Bool = false) -> IdentityError {
        TokenAnswer.failure(
            HTTPResponse(status: status, body: Array(body.utf8)),
            url: "https://u:s3cret@login.example/t?sig=s3cret",
            isMachine: isMachine,
            remedy: "check aad.auth.appkey"
        )
    }

    @Test(
        "a provider refuses, fails or asks to wait; somebody on the way does none of these",
        arguments: [
            (400, #"{"error":"invalid_client"}"#, IdentityError.Code.refused),
            (401, #"{"error":"invalid_client"}"#, .refused), (403, #"{"statusCode":403,"message":"m"}"#, .refused),
            (400, #"{"error":"temporarily_unavailable"}"#, .serviceFailure),
            (408, "", .serviceFailure), (410, "", .serviceFailure), (429, "", .throttled), (500, "", .serviceFailure),
            (404, "", .unexpectedAnswer), (403, "<html>", .unexpectedAnswer),
            (400, #"{"error":{"code":"x"}}"#, .unexpectedAnswer),
        ]
    )
    func provider(status: Int, body: String, code: IdentityError.Code) {
        let error = failure(status, body)
        #expect(error.code == code && !error.needsChange && error.httpStatus == status)
    }

    @Test(
        "what a proxy answers in a provider's place is no verdict of the provider",
        arguments: [301, 302, 307, 400, 401, 403, 404, 405, 407, 411, 413, 418, 429, 451, 500, 502, 503, 504, 511]
    )
    func proxies(status: Int) {
        let error = failure(status, "<html><title>Proxy</title></html>")
        #expect(error.code != .refused)
        if error.code == .unexpectedAnswer { #expect(error.message.contains("look for a proxy")) }
    }

    @Test(
        "this machine's own endpoint refuses by its status, and says 404 while an identity is attached",
        arguments: [
            (400, true), (401, true), (403, true), (404, false), (410, false), (429, false), (500, false), (503, false),
        ]
    )
    func machine(status: Int, isRefusal: Bool) {
        #expect((failure(status, isMachine: true).code == .refused) == isRefusal)
    }

    @Test(
        "Entra's number is explained",
        arguments: [
            (
                #"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid.\r\nTrace ID: x"}"#,
                "(invalid_client, AADSTS7000215: the client secret is wrong: it must be the secret's value, not its id)"
            ),
            (#"{"error":"invalid_client","error_codes":[7000222]}"#, "AADSTS7000222: the client secret has expired"),
            (#"{"error":"invalid_request","error_codes":[1]}"#, "(invalid_request, AADSTS1); check aad.auth.appkey"),
        ]
    )
    func numbers(body: String, part: String) {
        let message = failure(401, body).message
        #expect(message.contains(part), "\(message)")
        #expect(!message.contains("Trace"))
    }

    @Test("bytes that nobody would write are read without a crash")
    func mutations() {
        let sample = Array(
            #"{"error":"invalid_client","error_description":"AADSTS70: x","error_codes":[7000215]}"#.utf8
        )
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = sample
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let answer = HTTPResponse(
                status: 400,
                body: Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            )
            _ = TokenAnswer.failure(answer, url: "u", isMachine: Bool.random(using: &random), remedy: "r")
        }
    }

    @Test(
        "nothing of a body is quoted, since it may repeat the request",
        arguments: [
            "client_id=a&client_secret=s3cret", #"{"error":"client_secret=s3cret"}"#,
            #"{"error":"invalid_client","error_description":"client_secret=s3cret"}"#,
            #"{"error":"invalid_client","error_description":"AADSTS50: s3cret","error_codes":["s3cret"]}"#,
            #"{"statusCode":400,"message":"s3cret"}"#,
        ],
        [400, 401, 404, 500]
    )
    func secrecy(body: String, status: Int) {
        for isMachine in [false, true] {
            let message = failure(status, body, isMachine: isMachine).message
            #expect(!message.contains("s3cret"), "\(message)")
            #expect(message.contains("https://login.example/t"))
        }
    }
}
