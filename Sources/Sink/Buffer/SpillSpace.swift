internal import Compression
internal import Glibc
internal import Synchronization

/// The disk that compressed batches go to when memory is short: one unlinked file of fixed slots.
///
/// One file for all batches, since a thousand open batches must not run out of descriptors; unlinked at once, so that a
/// killed worker leaves nothing behind. The directory is 0700 and the file 0600 from the start. Every slot has a checksum,
/// which is verified before any of its bytes are given out. A disk that refuses a write is left alone for a while, at first a
/// second, at most half a minute; what should have gone there stays in memory.
package final class SpillSpace: Sendable {
    /// The bytes of a slot.
    package static let slotBytes = 16 << 10
    private static let pauses = Duration.seconds(1)...Duration.seconds(30)

    private struct State {
        var free: [UInt32] = []
        var untouched: Int
        var used = 0
        var refusals = 0
        var lastRefusal: String?
        /// How long the disk is left alone after its next refusal, and until when it is left alone now.
        var pause = SpillSpace.pauses.lowerBound
        var restsUntil: Duration?
    }

    /// How many slots the space has; 0 without a disk budget.
    package let capacity: Int
    private let descriptor: Int32
    private let clock: SinkClock
    private let state: Mutex<State>

    /// Creates the space, and with a disk budget proves that the directory can be written.
    /// - Parameters:
    ///   - directory: Where the file is made, as `tempdir.path` says.
    ///   - bytes: The most bytes on disk; 0 keeps everything in memory and makes no file.
    ///   - clock: The time.
    /// - Throws: ``SinkFailure`` with `unwritableDirectory`.
    package convenience init(directory: String, bytes: Int, clock: SinkClock = .system) throws(SinkFailure) {
        let descriptor = bytes >= Self.slotBytes ? try Self.openUnlinked(in: directory) : -1
        self.init(bytes: bytes, descriptor: descriptor, clock: clock)
    }

    /// Creates a space over an open file, which it closes when it is freed.
    init(bytes: Int, descriptor: Int32, clock: SinkClock = .system) {
        capacity = min(bytes / Self.slotBytes, Int(UInt32.max))
        state = Mutex(State(untouched: capacity))
        self.descriptor = descriptor
        self.clock = clock
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// How many bytes are in use.
    package var usedBytes: Int { state.withLock { $0.used } * Self.slotBytes }

    /// How often the disk refused a write, and why the last time.
    package var refusals: (count: Int, reason: String?) { state.withLock { ($0.refusals, $0.lastRefusal) } }

    /// The bytes that the disk's file system has left for this user, or `nil` when it does not say.
    package var freeBytes: Int? {
        var status = statvfs()
        guard unsafe fstatvfs(descriptor, &status) == 0 else { return nil }
        let (bytes, isOverflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isOverflow ? .max : Int(clamping: bytes)
    }

    /// Writes buffers one after the other into free slots.
    /// - Parameter pieces: What to write, in order; every piece but the last fills a page.
    /// - Returns: The slots in order, or `nil` when there is no room, or the disk refuses or did so a moment ago.
    func write(_ pieces: [UnsafeRawBufferPointer]) -> [SpillSlot]? {
        let total = unsafe pieces.reduce(0) { $0 + $1.count }
        guard let numbers = allocate((total + Self.slotBytes - 1) / Self.slotBytes) else { return nil }
        let pagesPerSlot = Self.slotBytes / PagePool.pageBytes
        var slots: [SpillSlot] = []
        for (index, number) in numbers.enumerated() {
            let first = index * pagesPerSlot
            let group = unsafe pieces[first..<min(first + pagesPerSlot, pieces.count)]
            guard unsafe write(group, at: Int(number) * Self.slotBytes) else {
                note(refusal: unsafe String(cString: strerror(errno)))
                free(numbers)
                return nil
            }
            unsafe slots.append(
                SpillSlot(
                    number: number,
                    count: group.reduce(0) { $0 + $1.count },
                    checksum: group.reduce(0) { unsafe Checksum.crc32c($1, after: $0) }
                )
            )
        }
        state.withLock { $0.pause = Self.pauses.lowerBound }
        return slots
    }

    /// Reads from a slot, all of whose bytes are verified first.
    /// - Returns: How many bytes were read: to the end of the slot, or of the buffer.
    /// - Throws: ``SinkFailure`` with `localFault` when the disk fails or gives back other bytes than were written.
    func read(
        _ slot: SpillSlot,
        at offset: Int,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SinkFailure) -> Int {
        let length = min(slot.count - offset, buffer.count)
        guard length < slot.count else {
            unsafe try readWhole(slot, UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]))
            return length
        }
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: slot.count, alignment: 64)
        defer { unsafe scratch.deallocate() }
        unsafe try readWhole(slot, scratch)
        unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: scratch[offset..<(offset + length)]))
        return length
    }

    /// Takes slots back.
    func free(_ slots: some Collection<UInt32>) {
        guard !slots.isEmpty else { return }
        state.withLock { state in
            state.free.append(contentsOf: slots)
            state.used -= slots.count
        }
    }

    private func readWhole(_ slot: SpillSlot, _ buffer: UnsafeMutableRawBufferPointer) throws(SinkFailure) {
        var done = 0
        while done < buffer.count {
            let count = unsafe pread(
                descriptor,
                buffer.baseAddress?.advanced(by: done),
                buffer.count - done,
                Int(slot.number) * Self.slotBytes + done
            )
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw .unreadableSpill(count < 0 ? unsafe String(cString: strerror(errno)) : "the file ends early")
            }
            done += count
        }
        guard unsafe Checksum.crc32c(UnsafeRawBufferPointer(buffer)) == slot.checksum else {
            throw .unreadableSpill("its bytes are not those that were written")
        }
    }

    private func note(refusal reason: String) {
        let now = clock.now()
        state.withLock { state in
            state.refusals += 1
            state.lastRefusal = reason
            state.restsUntil = now + state.pause
            state.pause = min(state.pause * 2, Self.pauses.upperBound)
        }
    }

    private func allocate(_ count: Int) -> [UInt32]? {
        let now = clock.now()
        return state.withLock { state in
            if let end = state.restsUntil {
                guard now >= end else { return nil }
                state.restsUntil = nil
            }
            guard capacity - state.used >= count else { return nil }
            let reused = min(count, state.free.count)
            var slots = Array(state.free.suffix(reused))
            state.free.removeLast(reused)
            while slots.count < count {
                slots.append(UInt32(capacity - state.untouched))
                state.untouched -= 1
            }
            state.used += count
            return slots
        }
    }

    private func write(_ pieces: ArraySlice<UnsafeRawBufferPointer>, at offset: Int) -> Bool {
        var offset = offset
        for index in unsafe pieces.indices {
            let piece = unsafe pieces[index]
            var done = 0
            while done < piece.count {
                let count = unsafe pwrite(
                    descriptor,
                    piece.baseAddress?.advanced(by: done),
                    piece.count - done,
                    offset + done
                )
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            offset += piece.count
        }
        return true
    }

    private static func openUnlinked(in directory: String) throws(SinkFailure) -> Int32 {
        var template = Array("\(directory)/kusto-sink-XXXXXX".utf8CString)
        let folder = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let made = unsafe buffer.baseAddress.flatMap({ unsafe mkdtemp($0) }) else { return nil }
            return unsafe String(cString: made)
        }
        guard let folder else { throw unsafe .unwritableDirectory(directory, reason: String(cString: strerror(errno))) }
        let path = "\(folder)/spill"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        let reason = unsafe String(cString: strerror(errno))
        unsafe unlink(path)
        unsafe rmdir(folder)
        guard descriptor >= 0 else { throw .unwritableDirectory(directory, reason: reason) }
        return descriptor
    }
}
