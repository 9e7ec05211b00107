import Foundation
import HTTP
import Secrets
import Testing

@testable import Kubernetes

@Suite("A kubeconfig")
struct KubeconfigTests {
    private let folder = TemporaryFolder()

    /// A kubeconfig of one context.
    private static func text(cluster: String = "server: https://h:1", user: String = "token: t") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: here
        clusters:
        - name: c
          cluster: {\(cluster)}
        users:
        - name: u
          user: {\(user)}
        contexts:
        - name: here
          context: {cluster: c, user: u, namespace: shop}
        """
    }

    private func access(
        cluster: String = "server: https://h:1",
        user: String = "token: t"
    ) throws(APIError) -> ClusterAccess {
        let file: String
        do { file = try folder.write("config", Self.text(cluster: cluster, user: user)) } catch {
            throw APIError(.other, "\(error)")
        }
        return try ClusterAccess.load(kubeconfig: file, environment: [:])
    }

    private func problem(cluster: String = "server: https://h:1", user: String = "token: t") -> String {
        let error = #expect(throws: APIError.self) { try access(cluster: cluster, user: user) }
        #expect(error?.code == .configuration)
        return error?.message ?? ""
    }

    private static func token(_ access: ClusterAccess) -> String? {
        if case .token(let token) = access.login { token.reveal() } else { nil }
    }

    @Test("says server, namespace and identity, and the description has no secret")
    func plain() throws {
        let access = try access(user: "token: '0123'")
        #expect(access.server == "https://h:1" && access.namespace == "shop" && Self.token(access) == "0123")
        #expect(access.trust == .system && access.proxy == nil && access.acceptsCompression)
        #expect(
            access.description.hasPrefix("https://h:1 with a token, namespace shop, from context here of kubeconfig")
        )
        #expect(!access.description.contains("0123"))
    }

    @Test("may be JSON, and a token that looks like a number stays what was written")
    func json() throws {
        let text = """
            {"current-context":"x","clusters":[{"name":"c","cluster":{"server":"https://h"}}],
             "users":[{"name":"u","user":{"token":007}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}]}
            """
        let access = try ClusterAccess.load(kubeconfig: folder.write("j", text), environment: [:])
        #expect(Self.token(access) == "007" && access.namespace == "default")
    }

    @Test("keeps the base path of the server, and appends the API's paths to it")
    func basePath() throws {
        #expect(try access(cluster: "server: 'https://r/k8s/clusters/c-1/'").server == "https://r/k8s/clusters/c-1")
        for wrong in ["h:1", "ftp://h", "https://", "'https://h?x=1'", "https://u:p@h", "''"] {
            #expect(problem(cluster: "server: \(wrong)").contains("cluster c, server"))
        }
    }

    @Test("of several, the first to say something counts, and missing ones are passed over")
    func merging() throws {
        let first = """
            current-context: here
            clusters: [{name: c, cluster: {server: 'https://first'}}]
            """
        let second = """
            current-context: there
            clusters: [{name: c, cluster: {server: 'https://second'}}, {name: d, cluster: {server: 'https://d'}}]
            users: [{name: u, user: {token: second}}]
            contexts: [{name: here, context: {cluster: c, user: u}}, {name: there, context: {cluster: d, user: u}}]
            """
        let files = [try folder.write("1", first), "\(folder.path)/none", try folder.write("2", second)]
        let access = try ClusterAccess.load(
            kubeconfig: nil,
            environment: ["KUBECONFIG": files.joined(separator: ":")]
        )
        #expect(access.server == "https://first" && Self.token(access) == "second")
        let other = try ClusterAccess.load(kubeconfig: nil, environment: ["KUBECONFIG": "\(files[2]):\(files[0])"])
        #expect(other.server == "https://d")
        // What is given by name goes before the environment, and is not merged with it.
        let given = try ClusterAccess.load(kubeconfig: files[2], environment: ["KUBECONFIG": files[0]])
        #expect(given.server == "https://d")
    }

    @Test("is looked for in KUBECONFIG, then in the pod, then at home")
    func order() throws {
        let home = try folder.write(".kube/config", Self.text(cluster: "server: https://home"))
        let listed = try folder.write("listed", Self.text(cluster: "server: https://listed"))
        for (name, text) in [("sa/token", "pod-token\n"), ("sa/ca.crt", Samples.certificate), ("sa/namespace", "ns\n")]
        {
            try folder.write(name, text)
        }
        var environment = [
            "HOME": folder.path, "KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443",
            "KUBECONFIG": listed,
        ]
        func server() throws(APIError) -> String {
            try ClusterAccess.load(
                kubeconfig: nil,
                environment: environment,
                serviceAccountFolder: "\(folder.path)/sa"
            ).server
        }
        #expect(try server() == "https://listed")
        environment["KUBECONFIG"] = "\(folder.path)/none"
        #expect(try server() == "https://10.0.0.1:443")
        environment["KUBECONFIG"] = nil
        #expect(try server() == "https://10.0.0.1:443")
        environment["KUBERNETES_SERVICE_PORT"] = ""
        #expect(try server() == "https://home")
        environment["KUBECONFIG"] = "\(folder.path)/none"
        #expect(throws: APIError.self) { try server() }
        environment["KUBECONFIG"] = nil
        try FileManager.default.removeItem(atPath: home)
        let error = #expect(throws: APIError.self) { try server() }
        #expect(error?.message.contains("no cluster is configured") == true)
    }

    @Test("names files relative to its own folder, and data goes before files")
    func files() throws {
        let data = Data(Samples.certificate.utf8).base64EncodedString()
        let relative = try access(
            cluster: "server: https://h, certificate-authority: pki/ca.crt",
            user: "client-certificate: c.crt, client-key: /abs/c.key"
        )
        #expect(relative.trust == .only(.file("\(folder.path)/pki/ca.crt")))
        #expect(relative.certificate?.certificate == .file("\(folder.path)/c.crt"))
        #expect(relative.certificate?.key == .file("/abs/c.key"))
        let both = try access(
            cluster: "server: https://h, certificate-authority: ca.crt, certificate-authority-data: \(data)",
            user: "client-certificate: a, client-certificate-data: \(data), client-key: b, client-key-data: \(data)"
        )
        #expect(both.trust == .only(.bytes(Array(Samples.certificate.utf8))))
        #expect(both.certificate?.key == .bytes(Array(Samples.certificate.utf8)))
        #expect(try access(user: "tokenFile: t, token: x").description.contains("\(folder.path)/t"))
        #expect(
            problem(cluster: "server: https://h, certificate-authority-data: '%%'").contains("expected PEM in base64")
        )
        #expect(problem(user: "client-key: k").contains("client-certificate: is missing"))
        #expect(problem(user: "client-certificate: k").contains("client-key: is missing"))
    }

    @Test("may ask for no check of the server, but not beside an authority")
    func insecure() throws {
        #expect(try access(cluster: "server: https://h, insecure-skip-tls-verify: true").trust == .anything)
        #expect(try access(cluster: "server: https://h, insecure-skip-tls-verify: false").trust == .system)
        let both = "server: https://h, insecure-skip-tls-verify: true, certificate-authority: ca.crt"
        #expect(problem(cluster: both).contains("contradicts certificate-authority"))
        #expect(problem(cluster: "server: https://h, insecure-skip-tls-verify: yes").contains("expected true or false"))
    }

    @Test(
        "knows proxies with and without a password",
        arguments: [
            ("http://proxy:3128", HTTPClientConfiguration.Proxy.Kind.http, "proxy", 3128, nil, nil),
            ("https://proxy", .https, "proxy", 443, nil, nil),
            ("socks5://[fd00::1]:1081", .socks5, "[fd00::1]", 1081, nil, nil),
            ("socks5://[fd00::1]", .socks5, "[fd00::1]", 1080, nil, nil),
            ("http://us%40er:p%3Aw@proxy:1/", .http, "proxy", 1, "us@er", "p:w"),
            ("http://user@proxy", .http, "proxy", 80, "user", ""),
        ] as [(String, HTTPClientConfiguration.Proxy.Kind, String, Int, String?, String?)]
    )
    func proxies(
        url: String,
        kind: HTTPClientConfiguration.Proxy.Kind,
        host: String,
        port: Int,
        user: String?,
        password: String?
    ) throws {
        let proxy = try #require(try access(cluster: "server: https://h, proxy-url: '\(url)'").proxy)
        #expect(proxy.kind == kind && proxy.host == host && proxy.port == port && proxy.isForLocalHosts)
        #expect(proxy.credentials?.user == user && proxy.credentials?.password.reveal() == password)
    }

    @Test(
        "refuses other proxies without repeating them",
        arguments: ["proxy", "ftp://u:hunter2@p", "http://u:hunter2@p:x"]
    )
    func wrongProxies(url: String) {
        let message = problem(cluster: "server: https://h, proxy-url: '\(url)'")
        #expect(message.contains("cluster c, proxy-url: expected") && !message.contains("hunter2"))
    }

    @Test("has server name and compression")
    func others() throws {
        let access = try access(cluster: "server: https://h, tls-server-name: n, disable-compression: true")
        #expect(access.serverName == "n" && !access.acceptsCompression)
    }

    @Test("logs in by name and password, not beside a token")
    func basic() throws {
        let access = try access(user: "username: anna, password: hunter2")
        let held = try access.credentialSource(clock: .system).fetch().credential
        #expect(held.authorization?.reveal() == "Basic YW5uYTpodW50ZXIy")
        #expect(access.description.contains("user anna") && !access.description.contains("hunter2"))
        #expect(problem(user: "username: anna, token: t").contains("give one of the two"))
    }

    @Test("asks to act as another")
    func impersonation() throws {
        let extra = "as-user-extra: {Scopes: [a, b], 'x/y': [c]}"
        let access = try access(user: "token: t, as: anna, as-uid: '7', as-groups: [g, h], \(extra)")
        #expect(
            access.impersonation.map { "\($0.name): \($0.value)" } == [
                "Impersonate-User: anna", "Impersonate-Uid: 7", "Impersonate-Group: g", "Impersonate-Group: h",
                "Impersonate-Extra-scopes: a", "Impersonate-Extra-scopes: b", "Impersonate-Extra-x%2Fy: c",
            ]
        )
        #expect(problem(user: "token: t, as-groups: [g]").contains("user u, as: is missing"))
    }

    @Test("with an auth provider is refused with what to use instead")
    func authProvider() {
        let message = problem(user: "auth-provider: {name: azure}")
        #expect(message.contains("azure") && message.contains("exec") && message.contains("kubelogin"))
    }

    @Test("says where it is wrong")
    func mistakes() throws {
        func message(_ text: String) throws -> String {
            let file = try folder.write("wrong", text)
            let error = #expect(throws: APIError.self) { try ClusterAccess.load(kubeconfig: file, environment: [:]) }
            #expect(error?.code == .configuration && error?.message.contains(file) == true)
            return error?.message ?? ""
        }
        #expect(try message("{").contains("is not YAML"))
        #expect(try message("- x").contains("is not one YAML object"))
        #expect(try message("").contains("has no current-context"))
        #expect(try message("clusters: 7").contains("clusters: expected a list"))
        #expect(try message("users: [{}]").contains("users[0].name: expected a name"))
        let context = "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]"
        #expect(try message("current-context: y").contains("names the context y, which is not there; there is none"))
        #expect(try message(context).contains("context x names the cluster c"))
        #expect(try message(context + "\nclusters: [{name: c}]").contains("names the user u"))
        #expect(
            try message(context + "\nclusters: [{name: c}]\nusers: [{name: u}]").contains(
                "cluster c, server: is missing"
            )
        )
        let absent = #expect(throws: APIError.self) {
            try ClusterAccess.load(kubeconfig: "\(folder.path)/none", environment: [:])
        }
        #expect(absent?.message.contains("does not exist") == true)
    }
}
