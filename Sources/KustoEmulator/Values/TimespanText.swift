/// Time spans as ADX reads and writes them, in 100 ns ticks.
enum TimespanText {
    /// Writes `[-][d.]hh:mm:ss[.fffffff]`.
    static func format(_ ticks: Int64) -> String {
        let magnitude = ticks.magnitude
        let second = UInt64(DateTimeText.ticksPerSecond)
        let seconds = magnitude / second
        let (days, fraction) = (seconds / 86_400, magnitude % second)
        let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        let tail = fraction == 0 ? "" : ".\(padded(fraction, 7))"
        return (ticks < 0 ? "-" : "") + (days > 0 ? "\(days)." : "") + time.joined(separator: ":") + tail
    }

    /// Reads the written form, a number with a unit (`2d`, `1.5h`, `100ms`, `3ticks`), or a bare number of days.
    static func parse(_ text: String) -> Int64? {
        parseClock(text) ?? parseUnit(text)
    }

    private static func parseClock(_ text: String) -> Int64? {
        var scanner = ByteScanner(text)
        scanner.skipBlanks()
        let isNegative = scanner.skip(0x2D)
        guard var head = scanner.digits(1...8) else { return nil }
        var days: Int64 = 0
        if scanner.skip(0x2E) {
            guard let hours = scanner.digits(1...2) else { return nil }
            (days, head) = (head, hours)
        }
        guard head < 24, scanner.skip(0x3A), let minutes = scanner.digits(1...2), minutes < 60 else { return nil }
        // Fewer than ten million days fit into 64 bits of ticks.
        guard days < 10_000_000 else { return nil }
        var ticks = (days * 86_400 + head * 3600 + minutes * 60) * DateTimeText.ticksPerSecond
        if scanner.skip(0x3A) {
            guard let seconds = scanner.digits(1...2), seconds < 60 else { return nil }
            ticks += seconds * DateTimeText.ticksPerSecond
            if scanner.skip(0x2E) {
                guard let fraction = scanner.fraction() else { return nil }
                ticks += fraction
            }
        }
        scanner.skipBlanks()
        return scanner.isAtEnd ? (isNegative ? -ticks : ticks) : nil
    }

    private static func parseUnit(_ text: String) -> Int64? {
        let trimmed = text.filter { $0 != " " }
        let number = trimmed.prefix { !$0.isLetter }
        guard let amount = Double(number), let scale = scale(of: trimmed.dropFirst(number.count)) else { return nil }
        let ticks = (amount * scale).rounded()
        return Int64(exactly: ticks)
    }

    private static func scale(of unit: Substring) -> Double? {
        let second = Double(DateTimeText.ticksPerSecond)
        return switch unit.lowercased() {
        case "", "d", "day", "days": second * 86_400
        case "h", "hr", "hour", "hours": second * 3600
        case "m", "min", "minute", "minutes": second * 60
        case "s", "sec", "second", "seconds": second
        case "ms", "milli", "millis", "millisecond", "milliseconds": second / 1000
        case "micro", "micros", "microsecond", "microseconds": second / 1_000_000
        case "tick", "ticks": 1
        default: nil
        }
    }

    private static func padded(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
