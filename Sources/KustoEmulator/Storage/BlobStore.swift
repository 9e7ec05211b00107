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
    }

    private struct State {
        var blobs: [String: Blob] = [:]
        var blocks: [String: [String: StoredBytes]] = [:]
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

    /// Stores what was written as a blob; `nil`, and nothing is stored, when there is one that may not be replaced.
    func store(_ content: StoredBytes, as name: String, replacing: Bool) -> Blob? {
        let now = clock.now()
        return state.withLock { state in
            guard replacing || state.blobs[name] == nil else { return nil }
            state.nextTag += 1
            let digits = String(state.nextTag, radix: 16).uppercased()
            let blob = Blob(content: content, tag: "\"0x8D\(digits)\"", modified: now)
            state.blobs[name] = blob
            state.stored += 1
            state.storedBytes += content.count
            return blob
        }
    }

    /// Keeps a block of a blob until the list of blocks comes.
    func stage(_ content: StoredBytes, block: String, of name: String) {
        state.withLock { $0.blocks[name, default: [:]][block] = content }
    }

    /// Makes a blob of staged blocks, in this order.
    /// - Returns: `nil` when there is a blob that may not be replaced.
    /// - Throws: ``EmulatorError`` with `entityNotFound` when a block was never staged.
    func commit(blocks: [String], of name: String, replacing: Bool) throws -> Blob? {
        let staged = state.withLock { $0.blocks[name] ?? [:] }
        let parts = try blocks.map { block in
            guard let part = staged[block] else {
                throw EmulatorError(.entityNotFound, "the block list names a block that was not uploaded")
            }
            return part
        }
        let target = try reserve(parts.reduce(0) { $0 + $1.count })
        var size = 0
        for part in parts {
            try part.forEachChunk { chunk in
                try target.write(chunk, at: size)
                size += chunk.count
            }
        }
        _ = state.withLock { $0.blocks.removeValue(forKey: name) }
        return store(target, as: name, replacing: replacing)
    }

    /// Removes a blob; returns whether there was one.
    func remove(_ name: String) -> Bool { state.withLock { $0.blobs.removeValue(forKey: name) != nil } }

    /// Removes all blobs and blocks and starts counting anew.
    func removeAll() {
        // What is let go of deletes files, which is not for the lock.
        _ = state.withLock { state in
            let old = state
            state = State()
            state.nextTag = old.nextTag
            return old
        }
    }
}
