import Foundation
import Identity
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Secrets in files")
struct RotationTests {
    /// Reads settings whose secrets stand in a file, and returns what `body` makes of them before and after it is replaced.
    private func replaced(
        _ values: [String: String],
        _ body: (SinkSettings) throws -> Secret?
    ) throws -> [String?] {
        let folder = FileManager.default.temporaryDirectory.path + "/secrets-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ text: String) throws {
            try text.write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
        }
        try write("one\n")
        let reference = "${directory:\(folder):secret}"
        let settings = try SinkSettings(
            PropertySet(minimal.merging(values.mapValues { $0.replacing("@", with: reference) }) { $1 })
        )
        let before = try body(settings)
        try write(" two ")
        return [before?.reveal(), try body(settings)?.reveal()]
    }

    @Test("can be read again: ADX's client secret and given token, and a registry's")
    func readAgain() throws {
        let secrets = try replaced(["aad.auth.appkey": "@"]) { settings in
            guard case .clientSecret(_, let secret) = settings.kusto.credential else { return nil }
            return try secret.read()
        }
        #expect(secrets == ["one", "two"])
        let tokens = try replaced(["aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "@"]) { settings in
            guard case .token(let token) = settings.kusto.credential else { return nil }
            #expect(settings.warnings.contains { $0.contains("renewed by whoever writes its file") })
            return try token.read()
        }
        #expect(tokens == ["one", "two"])
        let registry = [
            "value.converter": "io.confluent.connect.avro.AvroConverter",
            "value.converter.schema.registry.url": "https://r.example",
            "value.converter.bearer.auth.credentials.source": "STATIC_TOKEN", "value.converter.bearer.auth.token": "@",
        ]
        let registryTokens = try replaced(registry) { settings in
            guard case .rotated(let token)? = settings.valueConverter.options["bearer.auth.token"] else { return nil }
            return try token.read()
        }
        #expect(registryTokens == ["one", "two"])
    }

    @Test("are known as secrets to whatever prints settings, and as they were to clients that take them once")
    func values() throws {
        let value = ClientProperties.Value.rotated(RotatedSecret(Secret("hunter2")))
        #expect(value.reveal() == "hunter2" && !"\(value)".contains("hunter2"))
        let properties = ClientProperties(values: ["a": value, "b": .plain("x")])
        #expect(properties.secretNames == ["a"] && properties["a"] == nil)
        #expect(properties.revealed() == ["a": "hunter2", "b": "x"])
    }
}
