internal import Converters
internal import Glibc

/// The raw end of an open batch: rows that wait to be compressed as one chunk.
///
/// Lane-confined. 64 readable bytes follow the rows, since simdjson reads past the end of what it checks.
@safe
struct LaneTail: ~Copyable {
    /// The readable bytes behind the capacity.
    static let slackBytes = RecordConverter.slack

    private let budget: TailBudget
    private var memory: UnsafeMutableRawPointer
    /// What the budget knows of; larger records borrow beyond it until the next flush.
    private var budgeted: Int
    private(set) var capacity: Int
    var used = 0

    init(budget: TailBudget) {
        self.budget = budget
        budgeted = budget.open()
        capacity = budgeted
        unsafe memory = Self.allocate(budgeted)
    }

    deinit {
        unsafe free(memory)
        budget.close(budgeted)
    }

    /// The rows.
    var rows: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: memory, count: used) }

    /// The rows, the room behind them and the slack.
    var buffer: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: memory, count: capacity + Self.slackBytes)
    }

    /// Doubles the capacity when the budget allows.
    mutating func grow() -> Bool {
        guard capacity == budgeted, let bytes = budget.grow(from: budgeted) else { return false }
        budgeted = bytes
        resize(to: bytes)
        return true
    }

    /// Makes room for one record of `bytes`, its slack included, however large.
    mutating func reserve(_ bytes: Int) {
        let needed = used + bytes - Self.slackBytes
        if capacity < needed { resize(to: needed) }
    }

    /// Forgets the rows, and the memory that a large record needed.
    mutating func clear() {
        used = 0
        if capacity > budgeted { resize(to: budgeted) }
    }

    private mutating func resize(to bytes: Int) {
        let larger = unsafe Self.allocate(bytes)
        unsafe memcpy(larger, memory, used)
        unsafe free(memory)
        unsafe memory = larger
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
