import Secrets
import Testing

@testable import HTTP

@Suite("Which requests go through a proxy")
struct ProxyRulesTests {
    private typealias Proxy = HTTPClientConfiguration.Proxy

    private func goesThrough(_ url: String, except list: String) -> Bool {
        let exceptions = ProxyExceptions(ProxyExceptions.split(list))
        return ProxyRules(Proxy(host: "proxy", port: 1), exceptions: exceptions).proxy(for: url) != nil
    }

    @Test(
        "Exceptions are hosts, what is below them, addresses, ranges of them, and ports",
        arguments: [
            // A host stands for itself and for what is below it, whole label by whole label.
            ("https://c.kusto.windows.net/x", "c.kusto.windows.net", false),
            ("https://C.Kusto.Windows.Net", "c.kusto.WINDOWS.net", false),
            ("https://c.kusto.windows.net.", "c.kusto.windows.net", false),
            ("https://a.b.example", "b.example", false), ("https://ab.example", "b.example", true),
            ("https://b.example.evil", "b.example", true), ("https://b.example", "a.b.example", true),
            // With a dot or a star in front only what is below.
            ("https://a.b.example", ".b.example", false), ("https://b.example", ".b.example", true),
            ("https://a.b.example", "*.b.example", false), ("https://b.example", "*.b.example", true),
            ("https://xb.example", ".b.example", true),
            // Everything, and nothing.
            ("https://b.example", "*", false), ("https://10.0.0.1", "*", false), ("https://b.example", "", true),
            ("https://b.example", "a.example, b.example", false), ("https://b.example", "a.example\tb.example", false),
            ("https://b.example", ",,", true),
            // Addresses are compared as numbers, whatever their spelling.
            ("https://10.1.2.3", "10.1.2.3", false), ("https://10.1.2.3", "10.0.0.0/8", false),
            ("https://11.1.2.3", "10.0.0.0/8", true), ("https://10.1.2.3", "10.1.2.0/31", true),
            ("https://10.1.2.1", "10.1.2.0/31", false), ("https://167838211", "10.1.2.3", false),
            ("https://10.1.2.3", "0.0.0.0/0", false), ("https://x10.1.2.3.example", "10.1.2.3", true),
            // Version 6, which libcurl itself gets wrong.
            ("https://[2001:db8::5]", "2001:db8::5", false), ("https://[2001:db8::5]", "[2001:db8::5]", false),
            ("https://[2001:0DB8:0:0::5]:8443/x", "2001:db8::5", false),
            ("https://[2001:db8::5]", "2001:db8::/32", false),
            ("https://[2001:db9::5]", "2001:db8::/32", true), ("https://[2001:db8::5]", "2001:db8::55", true),
            ("https://[2001:db8::5]", "::/0", false), ("https://[::ffff:10.1.2.3]", "10.0.0.0/8", false),
            ("https://10.1.2.3", "::/0", false), ("https://[2001:db8:8000::1]", "2001:db8:8000::/33", false),
            ("https://[2001:db8:7000::1]", "2001:db8:8000::/33", true),
            // A port narrows any of them.
            ("https://b.example:8443", "b.example:8443", false), ("https://b.example", "b.example:8443", true),
            ("https://b.example", "b.example:443", false), ("http://b.example", "b.example:80", false),
            ("https://[2001:db8::5]:8443", "[2001:db8::5]:8443", false),
            ("https://[2001:db8::5]", "[2001:db8::5]:8443", true),
            ("https://10.1.2.3:8443", "10.1.2.3:8443", false), ("https://10.1.2.3:1", "10.1.2.3:8443", true),
            // Entries that are none count for nothing, and do not spoil the others.
            ("https://b.example", "https://b.example", true), ("https://b.example", "b..example b.example", false),
            ("https://10.1.2.3", "10.1.2.3/33", true), ("https://b.example", "b.example:0", true),
        ]
    )
    func exceptions(url: String, list: String, isThroughProxy: Bool) {
        #expect(goesThrough(url, except: list) == isThroughProxy)
    }

    @Test(
        "Neither this machine nor what is next to it is reached through a proxy",
        arguments: [
            "http://localhost:1", "http://LOCALHOST", "http://localhost.:1", "http://api.localhost",
            "http://127.0.0.1:1", "http://127.8.9.1",
            "http://127.1", "http://0x7f000001:1", "http://[::1]:1", "http://[0:0:0:0:0:0:0:1]",
            "http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]",
            "http://169.254.169.254/metadata", "http://169.254.43518", "http://169.254.130.4:8081",
            "http://[fe80::1]", "http://[febf::1]", "http://[::ffff:169.254.169.254]",
        ]
    )
    func local(url: String) {
        #expect(!goesThrough(url, except: ""))
        #expect(ProxyRules(Proxy(host: "proxy", port: 1, isForLocalHosts: true)).proxy(for: url) != nil)
    }

    @Test(
        "What only looks like this machine is",
        arguments: [
            "http://localhost.example", "http://127.0.0.1.example", "http://notlocalhost", "http://128.0.0.1",
            "http://169.253.0.1", "http://[fec0::1]", "http://[::2]", "http://user@evil.example",
            "http://localhost@evil.example", "http://evil.example#localhost", "http://evil.example/localhost",
        ]
    )
    func remote(url: String) { #expect(goesThrough(url, except: "")) }

    @Test("A URL that libcurl cannot read goes nowhere", arguments: ["", "https://", "http://[::1", "http://a b"])
    func unreadable(url: String) { #expect(!goesThrough(url, except: "")) }

    @Test(
        "What is no entry of a list is known as such",
        arguments: [
            "", "http://b.example", "b.example/x", "b..example", "b.example:x", "b.example:99999", "user@b.example",
            "b*",
            "10.0.0.0/33", "10.0.0.0/-1", "[fd00::1", "fd00::1/129", "ö.example", "*.", ".", "**", "a?b",
        ]
    )
    func noEntries(text: String) { #expect(!ProxyExceptions.isEntry(text)) }

    // MARK: The environment

    @Test("The environment's variables are for https and http, in small letters first")
    func environment() {
        let environment = ProxyEnvironment([
            "HTTPS_PROXY": "http://upper:1", "https_proxy": "https://us%40er:p%3A%2Fw@lower:2/",
            "HTTP_PROXY": "plain:3", "NO_PROXY": "b.example, 10.0.0.0/8",
        ])
        let secure = environment.rules.proxy(for: "https://a.example")
        #expect(secure?.kind == .https && secure?.place == "lower:2" && secure?.setting == "https_proxy")
        #expect(secure?.credentials?.user == "us@er" && secure?.credentials?.password.reveal() == "p:/w")
        let plain = environment.rules.proxy(for: "http://a.example")
        #expect(plain?.kind == .http && plain?.place == "plain:3" && plain?.setting == "HTTP_PROXY")
        #expect(environment.rules.proxy(for: "https://10.9.9.9") == nil)
        #expect(environment.unreadable.isEmpty && environment.unreadableList == nil)
        #expect(!"\(environment)".contains("p:/w"))
    }

    @Test(
        "Without variables, and with empty ones, there is no proxy",
        arguments: [[:], ["HTTPS_PROXY": "", "no_proxy": "x"]]
    )
    func noEnvironment(variables: [String: String]) {
        let environment = ProxyEnvironment(variables)
        #expect(environment.rules.https == nil && environment.rules.http == nil && environment.unreadable.isEmpty)
    }

    @Test("Variables that cannot be read are named")
    func unreadableEnvironment() {
        let environment = ProxyEnvironment([
            "HTTPS_PROXY": "http://u:hunter2@p:x", "http_proxy": "ftp://p", "NO_PROXY": "a.example,b..example",
        ])
        #expect(environment.unreadable == ["HTTPS_PROXY", "http_proxy"] && environment.unreadableList == "NO_PROXY")
        #expect(environment.rules.https == nil && environment.rules.http == nil)
    }

    @Test(
        "A proxy's URL has a host and perhaps more",
        arguments: [
            ("proxy", "http://proxy:80"), ("proxy:3128", "http://proxy:3128"), ("HTTP://proxy", "http://proxy:80"),
            ("https://proxy", "https://proxy:443"), ("socks5://[fd00::1]", "socks5://[fd00::1]:1080"),
            ("socks5h://p:1", "socks5://p:1"), ("http://10.0.0.1:8080/", "http://10.0.0.1:8080"), ("", nil),
            ("http://", nil), ("http://:1", nil), ("http://p:0", nil), ("http://p:99999", nil), ("socks4://p", nil),
            ("ftp://p", nil), ("http://p q", nil), ("http://[fd00::1", nil), ("http://[x]:1", nil), ("pröxy:1", nil),
            ("http://p\r\n:1", nil), ("http://u:a@b/c@p:3128", nil), ("http://u:12/x@p", nil), ("http://p:1?x", nil),
        ] as [(String, String?)]
    )
    func urls(text: String, meaning: String?) {
        let proxy = Proxy(url: text, setting: "X")
        #expect(proxy.map { "\($0.kind.rawValue)://\($0.place)" } == meaning)
    }

    @Test("User and password may have any sign, and be encoded or not")
    func credentials() {
        let cases = [
            ("http://u:p@h:1", "u", "p"), ("http://u@h:1", "u", ""), ("http://u:a:b@h:1", "u", "a:b"),
            ("http://u:a@b@h:1", "u", "a@b"), ("u:p%20w@h:1", "u", "p w"), ("http://u:100%@h:1", "u", "100%"),
            ("http://:p@h:1", "", "p"),
        ]
        for (text, user, password) in cases {
            let proxy = Proxy(url: text, setting: "X")
            #expect(proxy?.place == "h:1" && proxy?.credentials?.user == user, "\(text)")
            #expect(proxy?.credentials?.password.reveal() == password, "\(text)")
        }
    }
}
