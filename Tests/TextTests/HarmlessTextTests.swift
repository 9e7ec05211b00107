import Testing
import Text

@Suite("Text that may be shown")
struct HarmlessTextTests {
    @Test(
        "loses users, passwords and queries",
        arguments: [
            ("https://u:p@h:1/p", "https://[hidden]@h:1/p"),
            ("https://u:p@r1:8081,http://u2:p2@r2", "https://[hidden]@r1:8081,http://[hidden]@r2"),
            ("https://u:a/b@h", "https://[hidden]@h"), ("https://u:a@b@h", "https://[hidden]@h"),
            ("u:p@h:1", "[hidden]@h:1"),
            ("https://h/p?sig=1&x=2", "https://h/p?[hidden]"), ("h?sig=1", "h?[hidden]"),
            ("https://u:p@h?x", "https://[hidden]@h?[hidden]"),
        ]
    )
    func urls(text: String, shown: String) { #expect(HarmlessText.shown(text) == shown) }

    @Test(
        "stays as it is when nothing looks like a secret",
        arguments: [
            "", "many", "a?b|c.*", "(?=a)", "[0-9]{2}=?", "https://h:8081/a/b", "monkey:9092,turkey:9093/x",
            "token://h", "key",
            "org.apache.kafka.connect.storage.StringConverter", "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "/etc/secrets/key.pem",
            "$ConnectionString", "SCRAM-SHA-512", "[{'topic':'key','db':'d','table':'T'}]", "Größe: 1",
            "TelemetryOfDevice2",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ]
    )
    func harmless(text: String) { #expect(HarmlessText.shown(text) == text) }

    @Test(
        "is hidden when a secret cannot be told apart",
        arguments: [
            "Endpoint=sb://n.example/;SharedAccessKeyName=R;SharedAccessKey=x", "x required username='u' password='p';",
            "password=x",
            "PASSWORD : x", "\"token\": \"x\"", "sig=x", "key:x", "Bearer x", "basic eDp5", "eyJ0eXAiOiJKV1Qi.x.y",
            "abc8Q~x",
            "-----BEGIN CERTIFICATE-----", "kABCDEFGabc123xyzQWERTYuiop09876", "key:909211", "key:x9092", "a;b=c",
        ]
    )
    func secrets(text: String) { #expect(HarmlessText.shown(text) == "[hidden]") }

    @Test(
        "is a name, or hidden",
        arguments: [
            ("kusto.ingestion.url", true), ("consumer.override.*", true), ("confluent.license", true), ("x-y_z", true),
            ("", false),
            ("a b", false), ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", false), ("a/SharedAccessKey+1", false),
            ("a\u{0}", false), ("é", false),
            ("-----BEGIN PRIVATE KEY-----", false), (String(repeating: "a", count: 201), false),
        ]
    )
    func names(name: String, isName: Bool) { #expect((HarmlessText.shown(name: name) == name) == isName) }

    @Test("of any kind is looked at without a crash")
    func mutations() {
        var random = SystemRandomNumberGenerator()
        let signs = Array("@:/?=;, '\"eyJQ~key#%\\\n\u{0}é☃︎a1A")
        for _ in 0..<3000 {
            let text = String(
                (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in signs.randomElement(using: &random) }
            )
            _ = HarmlessText.shown(text)
            _ = HarmlessText.shown(name: text)
        }
    }
}
