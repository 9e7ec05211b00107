import Foundation
import Identity
import SchemaRegistry
import Secrets
import SinkConfiguration
import Testing

@testable import Sink

@Suite("A registry's credentials in files")
struct RegistryRotationTests {
    @Test("are handed on with how to read them again", arguments: ["OAUTHBEARER", "STATIC_TOKEN"])
    func readAgain(source: String) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/registry-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ text: String) throws {
            try text.write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
        }
        try write("one")
        let prefix = "value.converter.bearer.auth."
        let settings = try StartupSamples.settings([
            "value.converter": "io.confluent.connect.avro.AvroConverter",
            "value.converter.schema.registry.url": "http://127.0.0.1:1", prefix + "credentials.source": source,
            prefix + "issuer.endpoint.url": "http://127.0.0.1:1/token", prefix + "client.id": "app",
            prefix + "client.secret": "${directory:\(folder):secret}",
            prefix + "token": "${directory:\(folder):secret}",
        ])
        let configuration = try SchemaRegistryConfiguration(
            settings.valueConverter,
            errors: settings.errors,
            network: settings.network
        )
        func read() throws -> String? {
            switch configuration.authentication {
            case .bearer(.oauthClient(let client)): try client.clientSecret.read().reveal()
            case .bearer(.token(let token)): try token.read().reveal()
            default: nil
            }
        }
        #expect(try read() == "one")
        try write("two")
        #expect(try read() == "two")
    }
}
