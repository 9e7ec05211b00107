import FoundationEssentials

/// Certificates that the tests of `Cryptography` have, too.
enum StoreSamples {
    /// An authority.
    static var authority: String { get throws { try text("trusted.pem") } }
    /// A certificate of another one.
    static var other: String { get throws { try text("client-ec.pem") } }

    private static func text(_ name: String) throws -> String {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return try String(
            contentsOf: URL(filePath: "/\(tests)/CryptographyTests/Stores/\(name)"),
            encoding: .utf8
        )
    }
}
