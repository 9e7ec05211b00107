import HTTP
import Identity
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("The way to Azure")
struct NetworkTests {
    private typealias Proxy = HTTPClientConfiguration.Proxy

    private func settings(_ changes: [String: String?], _ environment: [String: String]) throws -> SinkSettings {
        var values = minimal
        for (name, value) in changes { values[name] = value }
        return try SinkSettings(PropertySet(values), environment: environment)
    }

    private func problems(_ changes: [String: String?], _ environment: [String: String]) -> [String] {
        do {
            _ = try settings(changes, environment)
            return []
        } catch {
            return (error as? ConfigurationError)?.problems.map(\.message) ?? []
        }
    }

    private static let host = ["proxy.host": "p", "proxy.port": "3128"]

    @Test("A proxy is a host and a port, and perhaps a user and TLS")
    func properties() throws {
        let plain = Proxy(host: "p", port: 3128, setting: "proxy.host and proxy.port")
        #expect(try settings(Self.host, [:]).kusto.proxies == ProxyRules(plain))
        var other = plain
        (other.kind, other.host) = (.https, "[fd00::1]")
        other.credentials = .init(user: "us", password: Secret("pa:ss"))
        let more = [
            "proxy.host": "[FD00::1]", "proxy.protocol": "https", "proxy.username": "us", "proxy.password": "pa:ss",
        ]
        #expect(try settings(Self.host.merging(more) { $1 }, [:]).kusto.proxies == ProxyRules(other))
        let bypass = try settings(Self.host.merging(["proxy.bypass": ".b.example,fd00::/8"]) { $1 }, [:]).kusto.proxies
        #expect(bypass == ProxyRules(plain, exceptions: ProxyExceptions([".b.example", "fd00::/8"])))
        #expect(try settings(["proxy.port": "-1"], [:]).warnings == [])
    }

    @Test("What makes no proxy is said, without a password")
    func bad() {
        let cases: [([String: String?], String, String)] = [
            (["proxy.port": nil], "proxy.port", "give the proxy's port"),
            (["proxy.host": "http://p"], "proxy.host", "without scheme"),
            (["proxy.host": "u:hunter2@p"], "proxy.host", "without scheme, user"),
            (["proxy.port": "65536"], "proxy.port", "to 65535"),
            (["proxy.protocol": "socks5"], "proxy.protocol", "http, https"),
            (["proxy.username": "u"], "proxy.password", "since proxy.username is"),
            (["proxy.password": "hunter2"], "proxy.username", "since proxy.password is"),
            (["proxy.username": "u:x", "proxy.password": "hunter2"], "proxy.username", "must not hold a colon"),
            (["proxy.bypass": "b.example,https://c.example"], "proxy.bypass", "'https://c.example' must be a host"),
            (["proxy.bypass": "b.example;key=hunter2"], "proxy.bypass", "'[hidden]' must be a host"),
        ]
        for (changes, name, sentence) in cases {
            let found = problems(Self.host.mapValues { $0 as String? }.merging(changes) { $1 }, [:])
            #expect(found.count == 1 && found[0].contains(name) && found[0].contains(sentence), "\(found)")
            #expect(!"\(found)".contains("hunter2"))
        }
    }

    @Test("What belongs to a proxy that is not there is ignored with a warning")
    func unused() throws {
        for (name, value) in [
            ("proxy.port", "1"), ("proxy.protocol", "https"), ("proxy.username", "u"), ("proxy.password", "hunter2"),
            ("kusto.ssl.truststore.password", "hunter2"),
        ] {
            let warnings = try settings([name: value], [:]).warnings
            #expect(warnings.count == 1 && warnings[0].hasPrefix("\(name) is ignored: "), "\(warnings)")
        }
    }

    @Test("The environment's proxy counts for Azure only when the properties name none")
    func precedence() throws {
        let environment = ["HTTPS_PROXY": "http://us:hunter2@e:1", "NO_PROXY": "b.example"]
        let own = ProxyEnvironment(environment).rules
        let found = try settings([:], environment)
        #expect(found.kusto.proxies == own && found.network.proxies == own && found.warnings == [])
        #expect(own.https?.credentials?.password.reveal() == "hunter2")
        let property = try settings(Self.host, environment)
        // Neither the environment's proxy nor its exceptions.
        #expect(property.kusto.proxies.https?.place == "p:3128" && property.kusto.proxies.exceptions == .none)
        #expect(property.network.proxies == own)
        let none = try settings(["proxy.bypass": "*"], environment)
        #expect(none.network.proxies == .none && none.kusto.proxies.exceptions == ProxyExceptions(["*"]))
    }

    @Test("Variables that name no proxy are a problem, and lists with odd entries a warning")
    func badVariables() throws {
        let found = problems([:], ["https_proxy": "http://us:hunter2@e:x", "HTTP_PROXY": "ftp://hunter2"])
        #expect(found.count == 2 && found[0].contains("the environment variable https_proxy names no proxy; expected"))
        #expect(!"\(found)".contains("hunter2"))
        for unused in [Self.host, ["proxy.bypass": "*"]] {
            let warnings = try settings(unused, ["https_proxy": "http://us:hunter2@e:x"]).warnings
            #expect(warnings == ["the environment variable https_proxy names no proxy; it is ignored"])
        }
        let warnings = try settings([:], ["NO_PROXY": "a..example,b.example"]).warnings
        #expect(warnings.count == 1 && warnings[0].contains("NO_PROXY has entries"))
    }

    @Test("Authorities are the system's, those that OpenSSL's variables name, and those of a store")
    func authorities() throws {
        let plain = try settings([:], ["SSL_CERT_FILE": "", "SSL_CERT_DIR": ""])
        #expect(plain.network.authorities == TrustedAuthorities() && plain.kusto.trustStore == nil)
        let store = ["kusto.ssl.truststore.location": "/ca.jks", "kusto.ssl.truststore.password": "s3cret"]
        let found = try settings(store, ["SSL_CERT_FILE": "/f.pem", "SSL_CERT_DIR": "/a:/b"])
        #expect(found.network.authorities == TrustedAuthorities(file: "/f.pem", folders: "/a:/b"))
        #expect(
            found.kusto.trustStore
                == KeyStoreSource(
                    .file("/ca.jks"),
                    password: Secret("s3cret"),
                    property: "kusto.ssl.truststore.location"
                )
        )
    }

    @Test("Passwords and users of proxies are never printed", arguments: ["proxy.username", "proxy.password"])
    func secrecy(name: String) { #expect(PropertyTable.isSecret(name)) }
}
