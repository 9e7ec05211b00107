import Foundation

/// A folder with an authority, a server's certificate for `api.example` and `adx.corp.example`, a proxy's for `127.0.0.1`, a
/// client's, and an authority of nobody's.
package final class CertificateFolder: Sendable {
    /// A command that failed.
    package struct Failure: Error {
        let command: String
    }

    /// The folder.
    package let path: String

    /// Makes the certificates.
    package init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("certificates-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.authority("ca", in: path)
        try Self.authority("stranger", in: path)
        try Self.certificate("server", "subjectAltName=DNS:api.example,DNS:adx.corp.example", in: path)
        try Self.certificate("proxy", "subjectAltName=IP:127.0.0.1", in: path)
        try Self.certificate("client", "extendedKeyUsage=clientAuth", in: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A file's content.
    package func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }

    /// A file's content as text.
    package func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    private static func authority(_ name: String, in folder: String) throws {
        try openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
                + ["-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt"]
        )
    }

    private static func certificate(_ name: String, _ extensions: String, in folder: String) throws {
        try openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
                + ["-subj", "/CN=\(name)", "-addext", extensions, "-addext", "basicConstraints=critical,CA:FALSE"]
                + ["-CA", "\(folder)/ca.crt", "-CAkey", "\(folder)/ca.key"]
                + ["-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt"]
        )
    }

    /// Runs `openssl`.
    package static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: arguments.joined(separator: " ")) }
    }
}
