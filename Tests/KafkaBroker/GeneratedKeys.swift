internal import Foundation

/// Keys and certificates that openssl makes, in a folder that ends with the object.
package final class GeneratedKeys: Sendable {
    /// Where the files are.
    package let folder: String

    /// Makes the folder.
    package init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/kusto-sink-keys-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Whether there is an openssl.
    package static let areAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    /// The path of a file of the folder.
    package func path(_ file: String) -> String { "\(folder)/\(file)" }

    /// The content of a file of the folder.
    package func text(_ file: String) throws -> String { try String(contentsOfFile: path(file), encoding: .utf8) }

    /// Makes an authority: `NAME.key` and `NAME.pem`.
    package func authority(_ name: String) throws {
        try openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            "\(name).key",
            "-out",
            "\(name).pem",
            "-subj",
            "/CN=\(name)"
        )
    }

    /// Makes a key and a certificate: `NAME.key`, `NAME.pem`, and both in `NAME.store`.
    /// - Parameters:
    ///   - authority: Who signs it.
    ///   - names: For which hosts it is, as `DNS:localhost,IP:127.0.0.1`.
    ///   - days: How long it is valid; 0 for one that ends in the second in which it begins, which OpenSSL takes for ended.
    package func certificate(_ name: String, by authority: String, for names: String, days: Int = 2) throws {
        try openssl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "\(name).key",
            "-out",
            "\(name).csr",
            "-subj",
            "/CN=\(name)"
        )
        try "subjectAltName=\(names)\n".write(toFile: path("\(name).ext"), atomically: true, encoding: .utf8)
        try openssl(
            "x509",
            "-req",
            "-in",
            "\(name).csr",
            "-CA",
            "\(authority).pem",
            "-CAkey",
            "\(authority).key",
            "-CAcreateserial",
            "-out",
            "\(name).pem",
            "-days",
            "\(days)",
            "-extfile",
            "\(name).ext"
        )
        try (text("\(name).key") + text("\(name).pem")).write(
            toFile: path("\(name).store"),
            atomically: true,
            encoding: .utf8
        )
    }

    private func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw KafkaBroker.Failure(description: "openssl \(arguments.joined(separator: " ")) failed")
        }
    }
}
