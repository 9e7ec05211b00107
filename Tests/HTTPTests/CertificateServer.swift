import Foundation
import Glibc
import NetworkKit

/// `openssl s_server`: it asks clients for a certificate, and answers with a page that says what it got.
final class CertificateServer: @unchecked Sendable {
    // Unchecked because the process is started in `init` and ended in `stop`, and not touched in between.
    struct NotStarted: Error {}

    let port: Int
    private let process = Process()

    /// Starts a server.
    /// - Parameters:
    ///   - name: Whose certificate it shows.
    ///   - demand: Whether a client without a certificate is refused.
    init(_ folder: CertificateFolder, name: String = "server", demand: Bool) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-naccept", "64"]
            + ["-cert", "\(folder.path)/\(name).crt", "-key", "\(folder.path)/\(name).key"]
            + ["-CAfile", "\(folder.path)/ca.crt", demand ? "-Verify" : "-verify", "2", "-verify_return_error"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It says "ACCEPT 127.0.0.1:PORT" once it listens.
        var text = ""
        var port: Int?
        while port == nil {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw NotStarted() }
            text += String(decoding: data, as: UTF8.self)
            port = text.firstMatch(of: /ACCEPT [0-9.]+:([0-9]+)\s/).flatMap { Int($0.1) }
        }
        self.port = port ?? 0
    }

    func stop() {
        // Not SIGTERM, which the test's runner may have blocked for everything that it starts.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
