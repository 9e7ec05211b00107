import SchemaRegistry
import Secrets
import Testing

@Suite("URLs of a registry")
struct EndpointTests {
    @Test(
        "A URL is taken apart",
        arguments: [
            ("http://registry:8081", "http://registry:8081", nil), ("HTTPS://Registry/", "https://Registry", nil),
            (" https://r/apis/ccompat/v7/ ", "https://r/apis/ccompat/v7", nil),
            ("http://[::1]:8081/x", "http://[::1]:8081/x", nil), ("http://[fe80::1]", "http://[fe80::1]", nil),
            ("https://user:pass@r:1", "https://r:1", "user:pass"),
            ("https://u%40x:p%3Aa%2Fs%23@r", "https://r", "u@x:p:a/s#"), ("https://u:p@w@r", "https://r", "u:p@w"),
            ("https://@r", "https://r", nil), ("https://u:100%@r", "https://r", "u:100%"),
        ] as [(String, String, String?)]
    )
    func good(_ text: String, _ url: String, _ userInfo: String?) throws {
        let endpoint = try SchemaRegistryEndpoint(parsing: text)
        #expect(endpoint.url == url)
        #expect(endpoint.userInfo?.reveal() == userInfo)
        #expect(!"\(endpoint)".contains("pass"))
        #expect(!String(reflecting: endpoint).contains("pass"))
    }

    @Test(
        "What is no URL of a registry is refused without being quoted",
        arguments: [
            "", "registry:8081", "mock://x", "http://", "http:///x", "http://:8081", "http://r:", "http://r:80x",
            "http://r:0", "http://r:65536", "http://r:+80", "http://[::1", "http://[::1]x", "https://s3cret?@r",
            "https://u:s3cret#1@r", "https://u:s3 cret@r", "https://u:12/s3cret@r", "https://u:s3\\cret@r",
            "http://r/x?y=s3cret", "http://u:s3cret@", "http://a,http://b",
        ]
    )
    func bad(_ text: String) {
        let error = #expect(throws: SchemaRegistryError.self) { try SchemaRegistryEndpoint(parsing: text) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("s3") != true)
        #expect(error?.message.contains("schema.registry.url") == true)
    }
}
