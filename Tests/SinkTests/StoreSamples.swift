import FoundationEssentials

/// Certificates that the tests of `Cryptography` have, too.
enum StoreSamples {
    /// An authority.
    static var authority: String { get throws { try text("trusted.pem") } }
    /// A certificate of another one.
    static var other: String { get throws { try text("client-ec.pem") } }

    /// Where a store of those tests lies.
    static func path(_ name: String) -> String {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(tests)/CryptographyTests/Stores/\(name)"
    }

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: URL(filePath: path(name)), encoding: .utf8)
    }
}
