/// How much may be on its way to dead-letter topics at a time: the bound, and one letter more.
struct DeadLetterRoom: Sendable {
    /// The most bytes of letters, and the most letters.
    struct Limits: Sendable, Hashable {
        var bytes = 8 << 20
        var letters = 10_000
    }

    let limits: Limits
    /// The bytes of the letters on their way.
    private(set) var bytes = 0
    /// The letters on their way.
    private(set) var letters = 0

    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Whether to tell those who wait: at half, so that they need not wait again after each letter.
    var isHalfFree: Bool { letters == 0 || (bytes < (limits.bytes + 1) / 2 && letters < (limits.letters + 1) / 2) }

    /// Takes room for a letter of any size.
    /// - Returns: Whether there was room; always when ``isHalfFree``.
    mutating func take(_ size: Int) -> Bool {
        guard letters == 0 || (letters < limits.letters && bytes < limits.bytes) else { return false }
        letters += 1
        bytes += size
        return true
    }

    /// Gives a letter's room back.
    mutating func giveBack(_ size: Int) {
        letters -= 1
        bytes -= size
    }
}
