import Foundation
import HTTP
import SchemaRegistry
import Secrets
import SinkConfiguration
import Testing

@testable import Sink

@Suite("Key and trust stores of HTTP clients")
struct HTTPStoreTests {
    /// The stores that keytool and openssl have made, all with the same authorities.
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "CryptographyTests/Stores").path
    private static let prefix = "value.converter.schema.registry.ssl."

    private func registry(
        _ options: [String: String],
        environment: [String: String] = [:]
    ) throws -> SchemaRegistryConfiguration {
        var all: [String: String?] = [
            "value.converter": "io.confluent.connect.avro.AvroConverter",
            "value.converter.schema.registry.url": "https://registry.example",
        ]
        for (name, value) in options { all[Self.prefix + name] = value }
        let settings = try StartupSamples.settings(all, environment: environment)
        return try SchemaRegistryConfiguration(
            settings.valueConverter,
            errors: settings.errors,
            network: settings.network
        )
    }

    private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

    private func certificates(_ pem: String) -> [String] {
        pem.split(separator: "-----BEGIN CERTIFICATE-----", omittingEmptySubsequences: false).dropFirst()
            .map { $0.filter { !$0.isWhitespace } }
    }

    @Test(
        "are read whatever their format is",
        arguments: [
            ("keytool.jks", "JKS"), ("keytool-key.jks", "JKS"), ("keytool.p12", "PKCS12"), ("openssl.p12", "JKS"),
            ("keytool.p12", nil),
        ]
    )
    func identity(file: String, type: String?) throws {
        var options = ["keystore.location": "\(Self.folder)/\(file)", "keystore.password": "changeit"]
        options["keystore.type"] = type
        if file == "keytool-key.jks" { options["key.password"] = "changekey" }
        let found = try #require(try registry(options).tls.identity)
        let chain = try String(contentsOfFile: "\(Self.folder)/client-chain.pem", encoding: .utf8)
        // All of them come from the same authorities; the client's own certificate is not the same in each.
        let read = certificates(text(found.certificate))
        #expect(read.count == 3 && read.dropFirst() == certificates(chain).dropFirst())
        #expect(found.key.reveal().contains("-----BEGIN PRIVATE KEY-----"))
    }

    @Test("give the authorities, in place of the system's for a registry", arguments: ["trust.jks", "trust.p12"])
    func trust(file: String) throws {
        let options = [
            "truststore.location": "\(Self.folder)/keytool-\(file)", "truststore.password": "changeit",
        ]
        let found = try registry(options).tls.authorities
        #expect(!certificates(text(found)).isEmpty)
    }

    @Test("that cannot be read are named with their property, and their passwords are not")
    func failures() throws {
        let cases = [
            (
                ["truststore.location": "/nowhere/t.jks"],
                "truststore.location: /nowhere/t.jks cannot be read: there is no such file"
            ),
            (["truststore.location": "/etc/passwd"], "truststore.location: /etc/passwd: "),
            (
                ["truststore.location": "\(Self.folder)/keytool-trust.jks", "truststore.password": "hunter2"],
                "keytool-trust.jks: "
            ),
            (
                ["keystore.location": "\(Self.folder)/keytool.p12", "keystore.password": "hunter2"],
                "keytool.p12: "
            ),
            (
                ["keystore.location": "\(Self.folder)/authorities.pem"],
                "there is no private key in it; import the client's key with its certificate"
            ),
        ]
        for (options, sentence) in cases {
            let error = #expect(throws: SinkFailure.self) { try registry(options) }
            #expect(error?.message.hasPrefix(Self.prefix) == true, "\(error as Any)")
            #expect(error?.message.contains(sentence) == true, "\(error as Any)")
            #expect(error?.message.contains("hunter2") == false)
        }
    }

    @Test("of the environment count where the properties name none, and so do its proxies")
    func environment() throws {
        let environment = ["SSL_CERT_FILE": "/f.pem", "HTTPS_PROXY": "http://e:1"]
        let found = try registry([:], environment: environment)
        #expect(found.authorities == TrustedAuthorities(file: "/f.pem") && found.tls.authorities == nil)
        #expect(found.proxies.https?.place == "e:1" && found.proxies.http == nil)
        let settings = try StartupSamples.settings(
            [
                "value.converter": "io.confluent.connect.avro.AvroConverter",
                "value.converter.schema.registry.url": "https://registry.example",
                "value.converter.proxy.host": "own", "value.converter.proxy.port": "3128",
            ],
            environment: environment
        )
        let own = try SchemaRegistryConfiguration(
            settings.valueConverter,
            errors: settings.errors,
            network: settings.network
        )
        #expect(own.proxies.https?.place == "own:3128" && own.proxies.http?.place == "own:3128")
        #expect(own.proxies.https?.setting == "value.converter.proxy.host and value.converter.proxy.port")
    }

    @Test("of the way to Azure are trusted besides the system's authorities")
    func azure() throws {
        let settings = try StartupSamples.settings([
            "kusto.ssl.truststore.location": "\(Self.folder)/keytool-trust.p12",
            "kusto.ssl.truststore.password": "changeit",
        ])
        let configuration = try HTTPClientConfiguration(settings)
        #expect(!certificates(text(configuration.authorities.additional)).isEmpty)
        #expect(configuration.tls.authorities == nil)
        let bad = try StartupSamples.settings(["kusto.ssl.truststore.location": "/nowhere.pem"])
        let error = #expect(throws: SinkFailure.self) { try HTTPClientConfiguration(bad) }
        #expect(error?.message.hasPrefix("kusto.ssl.truststore.location: /nowhere.pem cannot be read") == true)
    }
}
