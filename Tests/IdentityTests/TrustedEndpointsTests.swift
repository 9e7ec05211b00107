import Testing

@testable import Identity

@Suite("Which endpoints get credentials and data")
struct TrustedEndpointsTests {
    private let trust = TrustedEndpoints()

    private func url(_ text: String) throws -> EndpointURL { try EndpointURL(text) }

    @Test(
        "Azure's hosts and loopback are trusted",
        arguments: [
            "https://ingest-c.westeurope.kusto.windows.net", "https://C.KUSTO.WINDOWS.NET/", "c.kusto.windows.net",
            "https://a.b.kusto.windows.net:443", "https://x.kusto.usgovcloudapi.net",
            "https://x.kusto.chinacloudapi.cn",
            "https://x.kusto.core.eaglex.ic.gov", "https://x.kusto.core.microsoft.scloud",
            "https://x.kusto.sovcloud-api.de", "https://x.z0.kusto.fabric.microsoft.com",
            "https://ade.loganalytics.io/subscriptions/s", "https://adx.monitor.azure.us",
            "https://adx.int.monitor.azure.com", "https://kusto.aria.microsoft.com", "http://localhost:8080",
            "http://127.0.0.1:1", "http://127.8.9.10", "https://[::1]:5",
            "HTTPS://ingest-private-c.westeurope.kusto.windows.net",
        ]
    )
    func trusted(url: String) { #expect(trust.refusal(of: url) == nil) }

    @Test(
        "Look-alikes are not",
        arguments: EndpointSamples.lookAlikes(of: "c.kusto.windows.net") + EndpointSamples.addresses
            + EndpointSamples.nothings + ["https://evil.example", "https://kusto.windows.net"]
    )
    func refused(url: String) throws {
        let reason = try #require(trust.refusal(of: url))
        #expect(url.utf8.count < 3 || !reason.contains(url))
    }

    @Test("Plain http is for loopback only, also for hosts that the user trusts")
    func plainHTTP() {
        let sentence = "HTTP is not supported. Only HTTPS endpoints are allowed."
        #expect(trust.refusal(of: "http://c.kusto.windows.net") == sentence)
        #expect(TrustedEndpoints(additionalHosts: ["adx.corp"]).refusal(of: "http://adx.corp") == sentence)
    }

    @Test("A host that the user names is trusted, and only that host")
    func additional() {
        let trust = TrustedEndpoints(additionalHosts: ["ADX.corp.example"])
        #expect(trust.refusal(of: "https://adx.corp.example/x") == nil)
        for other in ["https://x.adx.corp.example", "https://adx.corp.example.evil.example", "https://adx.corp"] {
            #expect(trust.refusal(of: other) != nil)
        }
    }

    // MARK: Logging in

    @Test(
        "Every cloud's clusters log in at their own Entra",
        arguments: [
            ("c.kusto.windows.net", "login.microsoftonline.com"),
            ("c.kusto.fabric.microsoft.com", "login.microsoftonline.com"),
            ("ade.loganalytics.io", "login.microsoftonline.com"),
            ("c.kusto.usgovcloudapi.net", "login.microsoftonline.us"),
            ("adx.monitor.azure.us", "login.microsoftonline.us"),
            ("c.kusto.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
            ("c.kusto.core.eaglex.ic.gov", "login.microsoftonline.eaglex.ic.gov"),
            ("c.kusto.core.microsoft.scloud", "login.microsoftonline.microsoft.scloud"),
            ("c.kusto.sovcloud-api.fr", "login.sovcloud-identity.fr"),
            ("c.kusto.sovcloud-api.de", "login.sovcloud-identity.de"),
            ("adx.loganalytics.azure.sg", "login.sovcloud-identity.sg"),
        ]
    )
    func ownLogins(cluster: String, login: String) throws {
        let cluster = try url(cluster)
        #expect(trust.refusal(ofLogin: "https://\(login)", for: cluster) == nil)
        #expect(trust.refusal(ofLogin: "https://\(login)/", for: cluster) == nil)
        #expect(trust.refusal(ofLogin: "http://\(login)", for: cluster) != nil)
        for other in AzureCloud.all.flatMap(\.logins) where !login.hasSuffix(other.suffix(3)) {
            #expect(trust.refusal(ofLogin: "https://\(other)", for: cluster) != nil, "\(other)")
        }
    }

    @Test(
        "No cluster's secret goes to a look-alike of Entra",
        arguments: EndpointSamples.lookAlikes(of: "login.microsoftonline.com") + EndpointSamples.addresses
            + EndpointSamples.nothings + [
                "https://evil.example", "https://microsoftonline.com", "https://x.login.microsoftonline.com",
                "https://localhost", "http://127.0.0.1:1", "https://c.kusto.windows.net",
            ],
        ["https://c.kusto.windows.net", "https://adx.corp.example"]
    )
    func foreignLogins(login: String, cluster: String) throws {
        let trust = TrustedEndpoints(additionalHosts: ["adx.corp.example"])
        #expect(trust.refusal(ofLogin: login, for: try url(cluster)) != nil)
    }

    @Test("A cluster that the user adds logs in at any of Entra's hosts, or where the user says")
    func addedLogins() throws {
        let cluster = try url("https://adx.corp.example")
        let trust = TrustedEndpoints(additionalHosts: ["adx.corp.example", "login.corp.example"])
        for login in AzureCloud.all.flatMap(\.logins) + ["login.corp.example"] {
            #expect(trust.refusal(ofLogin: "https://\(login)", for: cluster) == nil)
        }
        #expect(trust.refusal(ofLogin: "http://login.corp.example", for: cluster) != nil)
        #expect(trust.refusal(ofLogin: "https://other.corp.example", for: cluster) != nil)
        #expect(
            trust.refusal(ofLogin: "https://login.corp.example", for: try url("https://c.kusto.windows.net")) == nil
        )
    }

    @Test("A cluster on this machine logs in here too")
    func localLogins() throws {
        let cluster = try url("http://127.0.0.1:8080")
        for login in ["http://127.0.0.1:8080", "http://localhost:1", "https://login.microsoftonline.com"] {
            #expect(trust.refusal(ofLogin: login, for: cluster) == nil)
        }
        #expect(trust.refusal(ofLogin: "https://evil.example", for: cluster) != nil)
    }

    // MARK: What tokens are for

    @Test(
        "A cluster that the user adds gets no token for anything else of Azure's",
        arguments: [
            ("https://kusto.kusto.windows.net", true), ("https://kusto.kusto.usgovcloudapi.net/", true),
            ("https://adx.corp.example", true), ("https://management.azure.com", false),
            ("https://graph.microsoft.com", false),
            ("https://vault.azure.net", false), ("https://storage.azure.com", false),
            ("https://a.blob.core.windows.net", false),
            ("https://kusto.windows.net.evil.example", false), ("api://2c9c3a0e", false), ("", false), (" ", false),
        ]
    )
    func resources(resource: String, isTrusted: Bool) throws {
        let trust = TrustedEndpoints(additionalHosts: ["adx.corp.example"])
        #expect((trust.refusal(ofResource: resource, for: try url("https://adx.corp.example")) == nil) == isTrusted)
        #expect(trust.refusal(ofResource: resource, for: try url("https://c.kusto.windows.net")) == nil)
        #expect(trust.refusal(ofResource: resource, for: try url("http://127.0.0.1:1")) == nil)
    }

    // MARK: Storage

    @Test(
        "Storage is in the cluster's cloud",
        arguments: [
            ("c.kusto.windows.net", "a.blob.core.windows.net/c"), ("c.kusto.windows.net", "a.queue.core.windows.net/q"),
            ("c.kusto.windows.net", "a.z01.blob.storage.azure.net/c"),
            ("adx.monitor.azure.com", "a.table.core.windows.net/t"),
            ("c.kusto.usgovcloudapi.net", "a.blob.core.usgovcloudapi.net/c"),
            ("c.kusto.chinacloudapi.cn", "a.blob.core.chinacloudapi.cn/c"),
            ("c.kusto.core.eaglex.ic.gov", "a.blob.core.eaglex.ic.gov/c"),
            ("c.kusto.sovcloud-api.fr", "a.blob.core.sovcloud-api.fr/c"),
        ]
    )
    func ownStorage(cluster: String, storage: String) throws {
        #expect(trust.refusal(ofStorage: "https://\(storage)", for: try url(cluster)) == nil)
        #expect(trust.refusal(ofStorage: "http://\(storage)", for: try url(cluster)) != nil)
        let other = cluster.hasSuffix(".cn") ? "c.kusto.windows.net" : "c.kusto.chinacloudapi.cn"
        #expect(trust.refusal(ofStorage: "https://\(storage)", for: try url(other)) != nil)
    }

    @Test(
        "Nothing goes to a look-alike of storage",
        arguments: EndpointSamples.lookAlikes(of: "a.core.windows.net") + EndpointSamples.addresses
            + EndpointSamples.nothings + [
                "https://evil.example/c", "https://core.windows.net", "https://localhost/c", "http://127.0.0.1:1/a/c",
                "http://169.254.169.254/metadata",
            ],
        ["https://c.kusto.windows.net", "https://adx.corp.example"]
    )
    func foreignStorage(storage: String, cluster: String) throws {
        let trust = TrustedEndpoints(additionalHosts: ["adx.corp.example"])
        let refusal = try #require(trust.refusal(ofStorage: storage, for: try url(cluster)))
        #expect(!refusal.contains("@"))
    }

    @Test("Storage of a cluster that the user adds is Azure's, its own, or what the user names")
    func addedStorage() throws {
        let cluster = try url("https://adx.corp.example")
        let trust = TrustedEndpoints(additionalHosts: ["adx.corp.example", "store.corp.example"])
        for storage in [
            "https://a.blob.core.windows.net/c", "https://adx.corp.example:8443/account/c",
            "https://store.corp.example/c",
        ] { #expect(trust.refusal(ofStorage: storage, for: cluster) == nil) }
        #expect(trust.refusal(ofStorage: "https://x.corp.example/c", for: cluster) == "x.corp.example")
        let local = try url("http://localhost:8080")
        #expect(trust.refusal(ofStorage: "http://127.0.0.1:8080/account/c", for: local) == nil)
        #expect(trust.refusal(ofStorage: "http://10.0.0.1/c", for: local) != nil)
    }
}
