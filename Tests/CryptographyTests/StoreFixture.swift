import Cryptography
import Foundation
import Secrets
import Testing

/// The stores that `Stores/make` made.
enum StoreFixture {
    static let root = "CN=Test Root,O=Kusto Sink"
    static let intermediate = "CN=Test Intermediate,O=Kusto Sink"
    static let client = #"CN=Prüfung\, client,O=Kusto Sink"#
    static let clientEC = "CN=client-ec,O=Kusto Sink"
    static let chain = [client, intermediate, root]

    static func bytes(_ name: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Stores"))
        return Array(try Data(contentsOf: url))
    }

    static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    static func store(
        _ name: String,
        _ password: String? = "changeit",
        key: String? = nil
    ) throws(KeyStoreError) -> KeyStore {
        guard let bytes = try? bytes(name) else { missing(name) }
        return try KeyStore(reading: bytes, password: password.map(Secret.init), keyPassword: key.map(Secret.init))
    }

    /// Reads a text as a store.
    static func store(pem: String, key: String? = nil) throws(KeyStoreError) -> KeyStore {
        try KeyStore(reading: Array(pem.utf8), password: nil, keyPassword: key.map(Secret.init))
    }

    private static func missing(_ name: String) -> Never { fatalError("there is no store \(name)") }
}

extension [Certificate] {
    var subjects: [String] { map(\.subject) }
}

/// Requires that something fails, and returns how.
func failure(_ body: () throws -> some Any) throws -> KeyStoreError {
    let error = #expect(throws: KeyStoreError.self) { _ = try body() }
    let failure = try #require(error)
    #expect(!failure.message.isEmpty && failure.message.last != ".")
    return failure
}
