import Kafka
import KafkaClients
import SinkConfiguration
import Testing

@Suite("Key and trust stores of a Kafka client")
struct StoreReaderTests {
    private func prepared(_ changes: [String: String], at now: Double = Samples.now) throws -> ClientProperties {
        let set = try Samples.clients(changes, at: now)
        #expect(set.problems == [])
        return try #require(set.prepared[.consumer]).properties
    }

    private func problems(_ changes: [String: String], at now: Double = Samples.now) throws -> [String] {
        let set = try Samples.clients(changes, at: now)
        #expect(set.problems.isEmpty == (set.prepared[.consumer] != nil))
        return set.problems
    }

    private static let intermediate = "CN=Test Intermediate"

    @Test(
        "become the PEM that librdkafka takes, whatever their format",
        arguments: ["keytool.p12", "keytool.jks", "openssl.p12"]
    )
    func formats(store: String) throws {
        let properties = try prepared([
            "ssl.truststore.location": Samples.store("keytool-trust.p12"), "ssl.truststore.password": "changeit",
            "ssl.keystore.location": Samples.store(store), "ssl.keystore.password": "changeit",
            "ssl.key.password": store == "keytool.jks" ? "changekey" : "changeit",
        ])
        let values = properties.revealed()
        #expect(values["ssl.ca.pem"]?.hasPrefix("-----BEGIN CERTIFICATE-----\n") == true)
        #expect(values["ssl.certificate.pem"]?.hasPrefix("-----BEGIN CERTIFICATE-----\n") == true)
        #expect(values["ssl.key.pem"]?.hasPrefix("-----BEGIN PRIVATE KEY-----\n") == true)
        #expect(values["ssl.key.password"] == nil)
        #expect(properties.secretNames.isSuperset(of: ["ssl.ca.pem", "ssl.certificate.pem", "ssl.key.pem"]))
        let client = try #require(
            try Samples.clients(["ssl.truststore.location": Samples.store("authorities.pem")]).prepared[.consumer]
        )
        #expect(client.configuration.secretNames.contains("ssl.ca.pem"))
    }

    @Test("say when the certificate ends that a client shows")
    func expiry() throws {
        let changes = [
            "ssl.truststore.location": Samples.store("authorities.pem"),
            "ssl.keystore.location": Samples.store("keytool.p12"), "ssl.keystore.password": "changeit",
        ]
        let expiry = try #require(try Samples.clients(changes).prepared[.consumer]?.certificateExpiry)
        #expect(Double(expiry) > Samples.now)
        #expect(try Samples.clients(changes, at: Double(expiry)).prepared[.consumer] != nil)
        #expect(try problems(changes, at: Double(expiry) + 1).first?.contains("expired") == true)
        let others = ["ssl.truststore.location": Samples.store("authorities.pem")]
        #expect(try #require(try Samples.clients(others).prepared[.consumer]).certificateExpiry == nil)
    }

    @Test("make a client that librdkafka accepts")
    func client() throws {
        let set = try Samples.clients([
            "ssl.truststore.location": Samples.store("authorities.pem"),
            "ssl.keystore.location": Samples.store("keytool.p12"), "ssl.keystore.password": "changeit",
        ])
        let client = try #require(set.prepared[.consumer])
        _ = try ClusterConnection(configuration: client.configuration, logger: Samples.logger)
    }

    @Test("may stand in the configuration, with lines joined by blanks")
    func inline() throws {
        let properties = try prepared([
            "ssl.truststore.certificates": try Samples.text("authorities.pem").replacing("\n", with: " "),
            "ssl.keystore.key": try Samples.text("client.key"),
            "ssl.keystore.certificate.chain": try Samples.text("client-chain.pem"), "ssl.keystore.type": "PEM",
        ])
        let values = properties.revealed()
        #expect(values["ssl.certificate.pem"]?.firstRange(of: "BEGIN CERTIFICATE") != nil)
        #expect(values["ssl.key.pem"]?.hasPrefix("-----BEGIN PRIVATE KEY-----\n") == true)
    }

    @Test("give a chain's certificates to OpenSSL, where older libraries show the first one alone")
    func chain() throws {
        let set = try prepared([
            "ssl.truststore.location": Samples.store("trusted.pem"),
            "ssl.keystore.location": Samples.store("keytool.p12"), "ssl.keystore.password": "changeit",
        ]).revealed()
        let certificates = try #require(set["ssl.certificate.pem"]).components(of: "-----BEGIN CERTIFICATE-----")
        let authorities = try #require(set["ssl.ca.pem"]).components(of: "-----BEGIN CERTIFICATE-----")
        #expect(certificates.count == 3)
        // The root, which was there, and the intermediate one; neither the client's own nor the root once more.
        #expect(
            authorities.count == 2 && authorities.contains(certificates[1]) && !authorities.contains(certificates[0])
        )
    }

    @Test("that cannot be read are named, all of them, with the reason and what to do")
    func unreadable() throws {
        let folder = try Folder()
        let garbage = try folder.write("garbage", "nothing that anybody knows")
        #expect(
            try problems([
                "ssl.truststore.location": "/nowhere/trust.p12", "ssl.keystore.location": folder.path,
                "ssl.keystore.password": "changeit",
            ]) == [
                "ssl.truststore.location: /nowhere/trust.p12 cannot be read: there is no such file, nor is there the directory /nowhere; mount it, or correct the path",
                "ssl.keystore.location: \(folder.path) is a directory; name the file itself",
            ]
        )
        let unknown = try problems(["ssl.truststore.location": garbage])
        #expect(unknown.count == 1 && unknown[0].hasPrefix("ssl.truststore.location: \(garbage): the store is neither"))
        let wrong = try problems([
            "ssl.keystore.location": Samples.store("keytool.p12"), "ssl.keystore.password": "wr0ng-value",
        ])
        #expect(wrong.count == 1 && wrong[0].contains("keytool.p12: ") && wrong[0].contains("password"))
        #expect(!wrong[0].contains("wr0ng-value"))
        let none = try problems([
            "ssl.keystore.location": Samples.store("keytool-trust.p12"), "ssl.keystore.password": "changeit",
        ])
        #expect(none.first?.contains("there is no private key in it") == true, "\(none)")
        let device = try problems(["ssl.truststore.location": "/dev/zero"])
        #expect(device == ["ssl.truststore.location: /dev/zero is a device; name a regular file"])
    }

    @Test("of the client's own must be valid now, and are warned of a month before they end")
    func times() throws {
        let expired = ["ssl.keystore.location": Samples.store("expired.pem"), "ssl.keystore.type": "PEM"]
        #expect(
            try problems(expired) == [
                """
                ssl.keystore.location: \(Samples.store("expired.pem")): the certificate of CN=expired is not valid since \
                2021-01-01T00:00:00Z, when it expired; put a new one there
                """
            ]
        )
        let set = try Samples.clients(expired)
        #expect(set.untimely == Set(set.problems))
        // 2020-12-15, then 2020-11-01, then 2019-12-01.
        let soon = try Samples.clients(expired, at: 1_607_990_400)
        #expect(soon.problems == [] && soon.warnings.count == 1)
        #expect(soon.warnings.first?.contains("expires on 2021-01-01T00:00:00Z") == true)
        #expect(try Samples.clients(expired, at: 1_604_188_800).warnings == [])
        #expect(try problems(expired, at: 1_575_158_400).first?.contains("valid only from 2020-01-01") == true)
    }

    @Test("of authorities of which none is valid any more are warned of")
    func oldAuthorities() throws {
        // 2130-01-01.
        let set = try Samples.clients(["ssl.truststore.location": Samples.store("authorities.pem")], at: 5_049_129_600)
        #expect(set.problems == [] && set.warnings.count == 1)
        #expect(set.warnings.first?.contains("no broker will be trusted") == true)
    }

    @Test("in files that librdkafka reads itself are looked at, too")
    func own() throws {
        let folder = try Folder()
        let certificate = try folder.copy("client-ec.pem", as: "tls.crt")
        let key = try folder.copy("client-ec.key", as: "tls.key")
        let names = ["ssl.certificate.location": certificate, "ssl.key.location": key]
        let first = try Samples.clients(names)
        #expect(first.problems == [])
        #expect(first.prepared[.consumer]?.properties.revealed()["ssl.certificate.location"] == certificate)
        // 2130-01-01; a broker may not want a certificate.
        let old = try Samples.clients(names, at: 5_049_129_600)
        #expect(old.problems == [] && old.warnings.count == 1)
        #expect(old.warnings.first?.hasPrefix("ssl.certificate.location: the certificate of ") == true)
        #expect(old.warnings.first?.contains("when it expired") == true)
        try folder.copy("client.key", as: "tls.key")
        let other = try problems(names)
        #expect(other.count == 1 && other[0].hasPrefix("ssl.certificate.location: "), "\(other)")
        try folder.remove("tls.key")
        let missing = try problems(names)
        #expect(missing.first?.hasPrefix("ssl.key.location: \(key) cannot be read: there is no such file") == true)
        let directory = try Samples.clients(["ssl.ca.location": folder.path])
        #expect(directory.problems == [])
    }

    @Test("of another protocol than the client's are not read")
    func plaintext() throws {
        let set = try Samples.clients([
            "security.protocol": "PLAINTEXT", "ssl.truststore.location": "/nowhere/trust.p12",
        ])
        #expect(set.problems == [])
    }
}

extension String {
    /// The parts behind each occurrence of `mark`.
    fileprivate func components(of mark: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            parts.append(rest.firstRange(of: mark).map { rest[..<$0.lowerBound] } ?? rest)
        }
        return parts
    }
}
