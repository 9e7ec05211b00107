import Foundation

/// A folder of one test, removed when the test lets go of it.
final class TemporaryFolder {
    private let url: URL
    private var open: [FileHandle] = []

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("daemon-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> URL { url.appendingPathComponent(name) }

    /// Creates a file and returns a descriptor to write to it.
    func open(_ file: URL) throws -> Int32 {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        open.append(handle)
        return handle.fileDescriptor
    }
}
