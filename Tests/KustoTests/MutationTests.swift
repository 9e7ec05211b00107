import Foundation
import HTTP
import JSON
import Testing

@testable import Kusto

/// Random numbers that are the same at every run with one seed (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Everything that reads text from outside is given text that is almost right; nothing may trap, whatever comes of it.
@Suite("Readers of what comes from outside", .timeLimit(.minutes(3)))
struct MutationTests {
    private static let numbers = [
        "-9223372036854775808", "9223372036854775807", "9223372036854775808", "-2147483648", "2147483648", "-1", "0",
        "1e400", "99999999999999999999", "1.5", "NaN",
    ]

    /// Changes, removes, repeats or replaces a few bytes, or puts a number in place of another.
    private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 8))
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
            default:
                // The number at the place, or what stands there.
                var end = place
                while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
                let number = Self.numbers.randomElement(using: &random) ?? "0"
                bytes.replaceSubrange(place..<end, with: Array(number.utf8))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Gives `read` each sample as it is, and many mutations of it.
    private func mutate(_ samples: [String], seed: UInt64, times: Int = 200, _ read: (String) -> Void) {
        var random = SeededGenerator(state: seed)
        for sample in samples {
            read(sample)
            for _ in 0..<times { read(mutated(sample, &random)) }
        }
    }

    @Test("dates of HTTP and of signatures")
    func dates() {
        mutate(["Sun, 06 Nov 1994 08:49:37 GMT"], seed: 1) { text in
            let headers = [HTTPHeader("Retry-After", text), HTTPHeader("Date", "Sun, 06 Nov 1994 08:49:37 GMT")]
            let wait = FailureClassifier.failure(HTTPResponse(status: 503, headers: headers), leg: .query, url: "u")
                .retryAfter
            #expect(wait.map { $0 >= .zero && $0 <= .seconds(3600) } ?? true)
        }
        let issued = Date(timeIntervalSince1970: 1_800_000_000)
        mutate(
            [
                "https://a.example/c?sv=1&se=2027-01-15T08%3A00%3A00Z&sig=x",
                "https://a.example/c?se=2027-01-15T08:00:00.1234567+01:30",
            ],
            seed: 2
        ) { text in
            guard let url = SignedURL(text, issued: issued, need: SignatureLife.forReading) else { return }
            _ = url.isUsable(at: issued)
            _ = url.appending("b").revealed()
            _ = url.account
        }
    }

    @Test("errors of ADX and of storage")
    func errors() {
        let samples = [
            #"{"error":{"code":"General_BadRequest","message":"m","@message":"no table 'T'","@permanent":true}}"#,
            "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>m</Message></Error>",
        ]
        mutate(samples, seed: 3) { text in
            for status in [302, 400, 401, 403, 429, 503] {
                let answer = HTTPResponse(status: status, body: Array(text.utf8))
                _ = FailureClassifier.failure(answer, leg: .management, url: text)
                _ = FailureClassifier.storageFailure(answer, leg: .upload, url: text)
            }
        }
    }

    @Test("answers of the engine and of Data Management")
    func answers() {
        let resources = ScriptedTransport.table(
            ["ResourceTypeName", "StorageRoot"],
            [
                ["TempStorage", "https://a1.blob.example/c1?se=2027-01-15&sig=S%2BA1"],
                ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?sig=SQ1"],
            ]
        )
        mutate([resources], seed: 4) { text in
            guard let table = try? ResultReader.managementTable(Array(text.utf8), leg: .resources, url: "u") else {
                return
            }
            _ = try? IngestionResources(table, url: "u", trust: ClientFixture.trust, issued: .now)
        }
        mutate(
            [
                #"[{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[{"ColumnName":"a"}],"Rows":[[1],[-2]]}]"#,
                #"[{"FrameType":"DataSetCompletion","HasErrors":true,"OneApiErrors":[{"error":{"code":"c"}}]}]"#,
            ],
            seed: 5
        ) { text in _ = try? ResultReader.primaryResult(Array(text.utf8), url: "u") }
    }

    @Test("tokens")
    func tokens() async {
        let texts = {
            var all: [String] = []
            mutate(
                [
                    #"{"access_token":"T","expires_in":3600,"refresh_in":1800}"#,
                    #"{"access_token":"T","expires_on":"1800003600","resource":"r"}"#,
                ],
                seed: 6,
                times: 60
            ) { all.append($0) }
            return all
        }()
        for text in texts {
            let fixture = ClientFixture()
            let transport = ScriptedTransport { request, _ in
                request.url.hasSuffix("/token") ? ScriptedTransport.json(text) : nil
            }
            _ = try? await fixture.client(transport).manage(".show version", database: "Db")
        }
    }
}
