internal import Synchronization

/// The blobs: an index in memory, the bytes in files.
final class BlobStore: Sendable {
    /// What is known of a blob.
    struct Blob: Sendable {
        /// The file with its bytes.
        let path: String
        /// How many bytes it has.
        let size: Int
        /// Its entity tag, with quotes.
        let tag: String
        /// When it was stored, in ticks.
        let modified: Int64
    }

    private struct State {
        var blobs: [String: Blob] = [:]
        var blocks: [String: [String: (path: String, size: Int)]] = [:]
        var stored = 0
        var storedBytes = 0
        var nextTag = 0
    }

    private let directory: DataDirectory
    private let clock: WallClock
    private let state = Mutex(State())

    /// Creates an empty store.
    init(directory: DataDirectory, clock: WallClock) {
        self.directory = directory
        self.clock = clock
    }

    /// How many blobs are there now.
    var count: Int { state.withLock { $0.blobs.count } }

    /// How many blobs, and bytes in them, were stored since the start or the last reset.
    var totals: (blobs: Int, bytes: Int) { state.withLock { ($0.stored, $0.storedBytes) } }

    /// A file to write a blob or block into before it is stored.
    /// - Throws: ``EmulatorError`` with `storage`.
    func makeFile() throws(EmulatorError) -> DataFile { try directory.makeFile("blob") }

    /// The blob of that name (`account/container/name`, decoded).
    subscript(name: String) -> Blob? { state.withLock { $0.blobs[name] } }

    /// Stores a file as a blob; `nil`, and the file is deleted, when there is one that may not be replaced.
    func store(_ file: DataFile, size: Int, as name: String, replacing: Bool) -> Blob? {
        let now = clock.now()
        let (stored, old) = state.withLock { state -> (Blob?, String?) in
            let old = state.blobs[name]
            if old != nil, !replacing { return (nil, file.path) }
            state.nextTag += 1
            let digits = String(state.nextTag, radix: 16).uppercased()
            let blob = Blob(path: file.path, size: size, tag: "\"0x8D\(digits)\"", modified: now)
            state.blobs[name] = blob
            state.stored += 1
            state.storedBytes += size
            return (blob, old?.path)
        }
        if let old { DataFile.unlink(old) }
        return stored
    }

    /// Keeps a block of a blob until the list of blocks comes.
    func stage(_ file: DataFile, size: Int, block: String, of name: String) {
        let old = state.withLock { $0.blocks[name, default: [:]].updateValue((file.path, size), forKey: block) }
        if let old { DataFile.unlink(old.path) }
    }

    /// Makes a blob of staged blocks, in this order.
    /// - Returns: `nil` when there is a blob that may not be replaced.
    /// - Throws: ``EmulatorError`` with `entityNotFound` when a block was never staged.
    func commit(blocks: [String], of name: String, replacing: Bool) throws -> Blob? {
        let staged = state.withLock { $0.blocks[name] ?? [:] }
        let target = try makeFile()
        var size = 0
        for block in blocks {
            guard let part = staged[block] else {
                target.unlink()
                throw EmulatorError(.entityNotFound, "the block list names a block that was not uploaded")
            }
            try DataFile(reading: part.path).forEachChunk { chunk in
                try target.write(chunk, at: size)
                size += chunk.count
            }
        }
        _ = state.withLock { $0.blocks.removeValue(forKey: name) }
        for part in staged.values { DataFile.unlink(part.path) }
        return store(target, size: size, as: name, replacing: replacing)
    }

    /// Removes a blob; returns whether there was one.
    func remove(_ name: String) -> Bool {
        guard let blob = state.withLock({ $0.blobs.removeValue(forKey: name) }) else { return false }
        DataFile.unlink(blob.path)
        return true
    }

    /// Removes all blobs and blocks and starts counting anew.
    func removeAll() {
        let old = state.withLock { state in
            let old = state
            state = State()
            state.nextTag = old.nextTag
            return old
        }
        for blob in old.blobs.values { DataFile.unlink(blob.path) }
        for block in old.blocks.values.flatMap(\.values) { DataFile.unlink(block.path) }
    }
}
