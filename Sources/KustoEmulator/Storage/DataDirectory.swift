internal import FoundationEssentials
internal import Synchronization

/// The directory that holds blobs and rows, and the names of the files in it.
final class DataDirectory: Sendable {
    /// Where it is.
    let path: String
    private let isTemporary: Bool
    private let counter = Atomic<Int>(0)

    /// Uses a directory, or makes a temporary one that is deleted with this object, or before by ``remove()``.
    /// - Throws: ``EmulatorError`` with `storage`.
    init(path: String?) throws(EmulatorError) {
        isTemporary = path == nil
        let temporary = FileManager.default.temporaryDirectory.path
        self.path = path ?? "\(temporary)/kusto-emulator-\(UUID().uuidString.lowercased())"
        do {
            try FileManager.default.createDirectory(
                atPath: self.path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw EmulatorError(.storage, "cannot create the data directory \(self.path): \(error)")
        }
    }

    /// A new file under a name that no other file of this run has.
    /// - Throws: ``EmulatorError`` with `storage`.
    func makeFile(_ kind: String) throws(EmulatorError) -> DataFile {
        let number = counter.add(1, ordering: .relaxed).newValue
        return try DataFile(creating: "\(path)/\(kind)-\(number)")
    }

    deinit { remove() }

    /// Deletes a temporary directory with all that is in it; leaves a named one alone.
    func remove() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
