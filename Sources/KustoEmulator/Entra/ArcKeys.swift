internal import FoundationEssentials
internal import Synchronization

/// The keys by which a process shows Azure Arc's agent that it may read the agent's files: each is good once.
final class ArcKeys: Sendable {
    private static let most = 100
    private let files = Mutex<[(key: String, path: String)]>([])

    /// Writes a new key and returns the path of its file, which the agent's user alone can read; `nil` when it cannot be
    /// written.
    func make(in folder: String) -> String? {
        let path = "\(folder)/\(UUID().uuidString.lowercased()).key"
        let key = UUID().uuidString.lowercased()
        let isWritten = FileManager.default.createFile(
            atPath: path,
            contents: Data(key.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten else { return nil }
        let old = files.withLock { files in
            files.append((key, path))
            return files.count > Self.most ? files.removeFirst() : nil
        }
        if let old { try? FileManager.default.removeItem(atPath: old.path) }
        return path
    }

    /// Takes a key and removes its file; `false` when there is no such key.
    func take(_ key: String) -> Bool {
        let file = files.withLock { files in
            files.firstIndex { $0.key == key }.map { files.remove(at: $0) }
        }
        guard let file else { return false }
        try? FileManager.default.removeItem(atPath: file.path)
        return true
    }
}
