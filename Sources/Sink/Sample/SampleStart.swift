internal import FoundationEssentials
internal import Text

/// Where a sample begins in each partition (`--from`).
package enum SampleStart: Sendable, Hashable {
    /// At the first record that there is.
    case earliest
    /// So that the newest records are read.
    case latest
    /// Where the group would go on.
    case committed
    /// At an offset, the same in each partition.
    case offset(Int64)
    /// At the first record that is no older, in milliseconds since 1970.
    case time(Int64)

    /// Reads a word, an offset, or a date with or without a time of day; without a zone that is UTC.
    package init?(_ text: String) {
        switch text {
        case "earliest": self = .earliest
        case "latest": self = .latest
        case "committed": self = .committed
        default:
            if let offset = Int64(text), offset >= 0, !text.hasPrefix("+") {
                self = .offset(offset)
            } else if let milliseconds = Self.milliseconds(text) {
                self = .time(milliseconds)
            } else {
                return nil
            }
        }
    }

    /// What the option takes, for messages.
    package static let forms =
        "earliest, latest, committed, an offset such as 42, or a time such as 2026-01-31T10:00:00Z"

    // MARK: Times (RFC 3339, and shorter)

    private static func milliseconds(_ text: String) -> Int64? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        guard let day = numbers(parts[0], widths: [4, 2, 2], separator: "-") else { return nil }
        var time = CalendarTime(year: day[0], month: day[1], day: day[2])
        var (fraction, offset) = (0, 0)
        if parts.count == 2 {
            guard let zone = zone(parts[1]) else { return nil }
            offset = zone.minutes
            let seconds = zone.rest.split(separator: ".", omittingEmptySubsequences: false)
            guard seconds.count <= 2, let clock = clock(seconds[0]) else { return nil }
            (time.hour, time.minute, time.second) = clock
            if seconds.count == 2 {
                guard let thousandths = thousandths(seconds[1]) else { return nil }
                fraction = thousandths
            }
        }
        guard let date = time.date else { return nil }
        return (Int64(date.timeIntervalSince1970) - Int64(offset) * 60) * 1000 + Int64(fraction)
    }

    private static func clock(_ text: Substring) -> (hour: Int, minute: Int, second: Int)? {
        if let parts = numbers(text, widths: [2, 2, 2], separator: ":") { return (parts[0], parts[1], parts[2]) }
        return numbers(text, widths: [2, 2], separator: ":").map { ($0[0], $0[1], 0) }
    }

    private static func thousandths(_ digits: Substring) -> Int? {
        guard (1...9).contains(digits.count), digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int((digits + "00").prefix(3))
    }

    /// The zone's distance from UTC, and what stands before it.
    private static func zone(_ text: Substring) -> (rest: Substring, minutes: Int)? {
        if text.last == "Z" { return (text.dropLast(), 0) }
        guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return (text, 0) }
        guard let parts = numbers(text[text.index(after: sign)...], widths: [2, 2], separator: ":"), parts[0] < 24,
            parts[1] < 60
        else { return nil }
        let minutes = parts[0] * 60 + parts[1]
        return (text[..<sign], text[sign] == "-" ? -minutes : minutes)
    }

    private static func numbers(_ text: Substring, widths: [Int], separator: Character) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.count) == widths, parts.allSatisfy({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }) else {
            return nil
        }
        return parts.compactMap { Int($0) }
    }
}
