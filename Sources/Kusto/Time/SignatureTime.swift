internal import FoundationEssentials
internal import Text

/// When a shared access signature begins and ends (Azure Storage, "Create a service SAS", `signedStart`, `signedExpiry`).
enum SignatureTime {
    /// The time that parameter `se` of a query names, or `nil` when there is none that can be read.
    ///
    /// The forms are `2026-11-26`, `2026-11-26T13:00Z` and `2026-11-26T13:00:00.0000000Z`, with an offset such as `+01:00`
    /// in place of `Z`, and the colons may be percent-encoded.
    static func end(in query: String) -> Date? { time("se=", in: query) }

    /// The time that parameter `st` of a query names, or `nil` when there is none that can be read.
    static func start(in query: String) -> Date? { time("st=", in: query) }

    private static func time(_ name: String, in query: String) -> Date? {
        guard let parameter = query.split(separator: "&").first(where: { $0.hasPrefix(name) }) else { return nil }
        return date(from: PercentEncoding.decoded(parameter.dropFirst(name.utf8.count)))
    }

    /// Reads a time; `nil` for any other text.
    static func date(from text: String) -> Date? {
        let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let days = halves[0].split(separator: "-", omittingEmptySubsequences: false).map(number)
        guard days.count == 3, let year = days[0], let month = days[1], let day = days[2] else { return nil }
        var time = CalendarTime(year: year, month: month, day: day)
        guard halves.count == 2 else { return time.date }
        guard let (clock, offset) = splitOffset(halves[1]) else { return nil }
        let parts = clock.prefix { $0 != "." }.split(separator: ":", omittingEmptySubsequences: false).map(number)
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1] else { return nil }
        (time.hour, time.minute) = (hour, minute)
        if parts.count == 3 {
            guard let second = parts[2] else { return nil }
            time.second = second
        }
        return time.date?.addingTimeInterval(-Double(offset))
    }

    /// The time of day before the offset, and the offset in seconds.
    private static func splitOffset(_ text: Substring) -> (clock: Substring, seconds: Int)? {
        if text.hasSuffix("Z") { return (text.dropLast(), 0) }
        guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let parts = text[text.index(after: sign)...].split(separator: ":", omittingEmptySubsequences: false).map(number)
        guard parts.count == 2, let hours = parts[0], let minutes = parts[1], hours < 24, minutes < 60 else {
            return nil
        }
        return (text[..<sign], (hours * 60 + minutes) * (text[sign] == "-" ? -60 : 60))
    }

    /// Up to four digits and nothing else.
    private static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
