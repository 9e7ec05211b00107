internal import Synchronization

/// The blobs: an index in memory, the bytes in segment files.
final class BlobStore: Sendable {
    /// What is known of a blob.
    struct Blob: Sendable {
        /// Its bytes.
        let content: StoredBytes
        /// Its entity tag, with quotes.
        let tag: String
        /// When it was stored, in ticks.
        let modified: Int64
        /// The blocks that it was made of; empty after Put Blob.
        let blocks: [String: StoredBytes]
    }

    /// Why a block is refused.
    enum BlockRefusal: Sendable, Equatable {
        /// Its identifier is longer or shorter than that of another block of the blob.
        case lengthDiffers
        /// The blob has more blocks uploaded than Azure keeps.
        case tooMany
    }

    /// Azure's limit on blocks of one blob that are uploaded and not yet in a list.
    static let maximumStagedBlocks = 100_000

    private struct State {
        var blobs: [String: Blob] = [:]
        var staged: [String: [BlockIdentifier: StoredBytes]] = [:]
        var segment: Segment?
        var segmentBytes = 0
        var stored = 0
        var storedBytes = 0
        var nextTag = 0
    }

    /// The bytes of a segment, or more when one blob has more.
    private static let segmentBytes = 64 << 20

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

    /// Room for a blob or a block, to be written before it is stored.
    /// - Throws: ``EmulatorError`` with `storage`.
    func reserve(_ bytes: Int) throws(EmulatorError) -> StoredBytes {
        try state.withLock { state throws(EmulatorError) in
            let segment: Segment
            if let current = state.segment, state.segmentBytes + bytes <= Self.segmentBytes {
                segment = current
            } else {
                segment = Segment(file: try directory.makeFile("blobs"))
                (state.segment, state.segmentBytes) = (segment, 0)
            }
            let start = state.segmentBytes
            state.segmentBytes += bytes
            return StoredBytes(segment: segment, range: start..<(start + bytes))
        }
    }

    /// The blob of that name (`account/container/name`, decoded).
    subscript(name: String) -> Blob? { state.withLock { $0.blobs[name] } }

    /// Stores what was written as a blob and forgets blocks that wait for a list.
    /// - Returns: `nil`, and nothing is stored, when there is one that may not be replaced.
    func store(_ content: StoredBytes, as name: String, replacing: Bool) -> Blob? {
        store(content, as: name, replacing: replacing, blocks: [:])
    }

    private func store(
        _ content: StoredBytes,
        as name: String,
        replacing: Bool,
        blocks: [String: StoredBytes]
    ) -> Blob? {
        let now = clock.now()
        return state.withLock { state in
            guard replacing || state.blobs[name] == nil else { return nil }
            state.nextTag += 1
            let digits = String(state.nextTag, radix: 16).uppercased()
            let blob = Blob(content: content, tag: "\"0x8D\(digits)\"", modified: now, blocks: blocks)
            state.blobs[name] = blob
            state.staged[name] = nil
            state.stored += 1
            state.storedBytes += content.count
            return blob
        }
    }

    /// Keeps a block of a blob until the list of blocks comes.
    /// - Returns: Why it is refused, if it is.
    func stage(_ content: StoredBytes, block: BlockIdentifier, of name: String) -> BlockRefusal? {
        state.withLock { state in
            let others = state.staged[name] ?? [:]
            if let other = others.keys.first, other.length != block.length { return .lengthDiffers }
            guard others.count < Self.maximumStagedBlocks || others[block] != nil else { return .tooMany }
            state.staged[name, default: [:]][block] = content
            return nil
        }
    }

    /// Makes a blob of blocks, in the order of the list; blocks that are not in it are forgotten.
    /// - Returns: `nil` when there is a blob that may not be replaced.
    /// - Throws: ``EmulatorError`` with `entityNotFound` when a block is not where the list looks for it.
    func commit(_ list: BlockList, of name: String, replacing: Bool) throws -> Blob? {
        let (staged, committed) = state.withLock { state in
            (
                (state.staged[name] ?? [:]).reduce(into: [String: StoredBytes]()) { $0[$1.key.text] = $1.value },
                state.blobs[name]?.blocks ?? [:]
            )
        }
        let parts = try list.entries.map { entry in
            let found: StoredBytes? =
                switch entry.source {
                case .committed: committed[entry.id]
                case .uncommitted: staged[entry.id]
                case .latest: staged[entry.id] ?? committed[entry.id]
                }
            guard let found else {
                throw EmulatorError(
                    .entityNotFound,
                    "The specified block list is invalid: it has a block '\(entry.id)' as \(entry.source.rawValue), which is not there"
                )
            }
            return found
        }
        let target = try reserve(parts.reduce(0) { $0 + $1.count })
        var blocks: [String: StoredBytes] = [:]
        var size = 0
        for (entry, part) in zip(list.entries, parts) {
            blocks[entry.id] = target.part(size..<(size + part.count))
            try part.forEachChunk { chunk in
                try target.write(chunk, at: size)
                size += chunk.count
            }
        }
        return store(target, as: name, replacing: replacing, blocks: blocks)
    }

    /// Removes a blob; returns whether there was one.
    func remove(_ name: String) -> Bool { state.withLock { $0.blobs.removeValue(forKey: name) != nil } }

    /// Removes all blobs and blocks and starts counting from zero.
    func removeAll() {
        // Letting go of blobs deletes files, which must not happen under the lock.
        _ = state.withLock { state in
            let old = state
            state = State()
            state.nextTag = old.nextTag
            return old
        }
    }
}
