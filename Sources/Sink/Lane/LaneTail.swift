internal import Converters
internal import Glibc

/// The raw end of an open batch: rows that wait to be compressed as one chunk.
///
/// Used by its lane alone. 64 readable bytes follow the rows, since simdjson reads past the end of what it checks.
@safe
final class LaneTail {
    /// The readable bytes after the capacity.
    static let slackBytes = RecordConverter.slack

    /// Compresses the rows although the tail is not full, and closes the tail.
    let evict: () -> Void
    /// Where the tail stands on its shelf; only the shelf changes this.
    var place: TailShelf.Place?
    /// How many bytes of rows there are.
    var used = 0
    private var memory: UnsafeMutableRawPointer
    /// How many bytes of rows the memory can hold.
    private(set) var capacity: Int
    /// The capacity that the shelf counts; a larger record gets more than that until its rows are compressed.
    private var shelved: Int

    /// Creates an empty tail of `bytes`.
    init(bytes: Int, evict: @escaping () -> Void) {
        self.evict = evict
        capacity = bytes
        shelved = bytes
        unsafe memory = Self.allocate(bytes)
    }

    deinit { unsafe free(memory) }

    /// The rows.
    var rows: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: memory, count: used) }

    /// The rows, the room after them and the slack.
    var buffer: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: memory, count: capacity + Self.slackBytes)
    }

    /// Whether the tail is as large as its shelf counts it, and not larger because of one record.
    var isInClass: Bool { capacity == shelved }

    /// Changes the capacity for good.
    func resize(to bytes: Int) {
        shelved = bytes
        reallocate(bytes)
    }

    /// Makes room for one record of `bytes`, its slack included, however large.
    func reserve(_ bytes: Int) {
        let needed = used + bytes - Self.slackBytes
        if capacity < needed { reallocate(needed) }
    }

    /// Forgets the rows, and the memory that a large record needed.
    func clear() {
        used = 0
        if !isInClass { reallocate(shelved) }
    }

    private func reallocate(_ bytes: Int) {
        let other = unsafe Self.allocate(bytes)
        unsafe memcpy(other, memory, used)
        unsafe free(memory)
        unsafe memory = other
        capacity = bytes
    }

    private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard let memory = unsafe malloc(bytes + slackBytes) else {
            preconditionFailure("no memory for \(bytes) bytes of rows")
        }
        // The slack is read, never used; zeros keep the sanitizers content.
        unsafe memset(memory + bytes, 0, slackBytes)
        return unsafe memory
    }
}
