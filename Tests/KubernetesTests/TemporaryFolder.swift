import Foundation

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("kubernetes-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            fatalError("no folder for a test: \(error)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, in place of an older one under another inode, and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        let new = "\(file).new"
        try Data(text.utf8).write(to: URL(filePath: new))
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: new) }
        guard unsafe rename(new, file) == 0 else { throw CocoaError(.fileWriteUnknown) }
        return file
    }
}
