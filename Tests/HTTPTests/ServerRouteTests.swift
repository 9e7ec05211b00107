import Testing

@testable import HTTP

@Suite("The way to a server under another name")
struct ServerRouteTests {
    @Test(
        "has the name in the URL, and goes where the URL went",
        arguments: [
            ("https://10.0.0.1:6443/api?x=1", "https://n:6443/api?x=1", "::10.0.0.1:6443", "10.0.0.1:6443"),
            ("https://host/k8s/c", "https://n:443/k8s/c", "::host:443", "host"),
            ("https://[fd00::1]:6443/", "https://n:6443/", "::[fd00::1]:6443", "[fd00::1]:6443"),
            ("HTTPS://[fd00::1]", "https://n:443", "::[fd00::1]:443", "[fd00::1]"),
            ("https://user:word@host:1/x", "https://n:1/x", "::host:1", "host:1"),
        ]
    )
    func splits(url: String, changed: String, target: String, host: String) throws {
        let route = try #require(ServerRoute(url: url, serverName: "n"))
        #expect(route.url == changed && route.target == target && route.host == host)
    }

    @Test("is none for a URL without TLS or without a host", arguments: ["http://host/", "https:///x", "x"])
    func none(url: String) { #expect(ServerRoute(url: url, serverName: "n") == nil) }

    @Test("puts an address of IPv6 in brackets")
    func address() { #expect(ServerRoute(url: "https://h:1/", serverName: "::1")?.url == "https://[::1]:1/") }
}
