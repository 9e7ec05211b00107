/// Dates and times as ADX reads and writes them; a moment is a count of 100 ns ticks since 0001-01-01 UTC.
enum DateTimeText {
    /// Ticks in one second.
    static let ticksPerSecond: Int64 = 10_000_000
    /// Ticks in one day.
    static let ticksPerDay: Int64 = 86_400 * ticksPerSecond
    /// The moment at which Unix time starts.
    static let unixEpoch: Int64 = 719_162 * ticksPerDay
    /// The last moment of the year 9999.
    static let maximum: Int64 = 3_652_059 * ticksPerDay - 1

    /// Writes `2024-01-31T10:00:00.0000000Z`.
    static func format(_ ticks: Int64) -> String {
        let days = ticks / ticksPerDay
        let date = civil(fromDays: days)
        let rest = ticks % ticksPerDay
        let seconds = rest / ticksPerSecond
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        return "\(day)T\(time).\(padded(rest % ticksPerSecond, 7))Z"
    }

    /// Writes `Sun, 22 Nov 2026 20:21:29 GMT` (RFC 1123), as storage services do.
    static func formatHTTP(_ ticks: Int64) -> String {
        let days = ticks / ticksPerDay
        let date = civil(fromDays: days)
        let seconds = ticks % ticksPerDay / ticksPerSecond
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][Int(days % 7)]
        return "\(weekday), \(padded(date.day, 2)) \(months[Int(date.month) - 1]) \(padded(date.year, 4)) \(time) GMT"
    }

    /// Reads ISO 8601 with a date and, if any, a time, fraction and offset, or RFC 1123; no offset means UTC.
    static func parse(_ text: String) -> Int64? {
        var scanner = ByteScanner(text)
        scanner.skipBlanks()
        let ticks = scanner.peekIsLetter ? parseRFC1123(&scanner) : parseISO(&scanner)
        scanner.skipBlanks()
        guard scanner.isAtEnd, let ticks, (0...maximum).contains(ticks) else { return nil }
        return ticks
    }

    /// Ticks of a civil date at midnight, or `nil` if there is no such day.
    static func ticks(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month) - 1] else { return nil }
        let previous = year - 1
        let leapDays = previous / 4 - previous / 100 + previous / 400
        return (previous * 365 + leapDays + lengths.prefix(Int(month) - 1).reduce(0, +) + day - 1) * ticksPerDay
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func parseISO(_ scanner: inout ByteScanner) -> Int64? {
        guard let year = scanner.digits(4...4), let separator = scanner.any(of: "-/"),
            let month = scanner.digits(1...2), scanner.skip(separator), let day = scanner.digits(1...2),
            var ticks = ticks(year: year, month: month, day: day)
        else { return nil }
        guard scanner.any(of: "Tt ") != nil else { return ticks }
        guard let time = timeOfDay(&scanner) else { return nil }
        ticks += time
        guard let offset = offset(&scanner) else { return nil }
        return ticks - offset
    }

    private static func parseRFC1123(_ scanner: inout ByteScanner) -> Int64? {
        scanner.skipLetters()
        guard scanner.any(of: ",") != nil else { return nil }
        scanner.skipBlanks()
        guard let day = scanner.digits(1...2), scanner.any(of: " -") != nil,
            let month = months.firstIndex(of: scanner.letters()), scanner.any(of: " -") != nil,
            let year = scanner.digits(4...4), scanner.any(of: " ") != nil, let time = timeOfDay(&scanner),
            let midnight = ticks(year: year, month: Int64(month) + 1, day: day)
        else { return nil }
        scanner.skipBlanks()
        if ["GMT", "UTC", "Z"].contains(scanner.letters()) { return midnight + time }
        return offset(&scanner).map { midnight + time - $0 }
    }

    private static func timeOfDay(_ scanner: inout ByteScanner) -> Int64? {
        guard let hour = scanner.digits(1...2), hour < 24, scanner.skip(0x3A), let minute = scanner.digits(2...2),
            minute < 60
        else { return nil }
        var ticks = (hour * 3600 + minute * 60) * ticksPerSecond
        guard scanner.skip(0x3A) else { return ticks }
        guard let second = scanner.digits(2...2), second < 60 else { return nil }
        ticks += second * ticksPerSecond
        guard scanner.any(of: ".,") != nil else { return ticks }
        return scanner.fraction().map { ticks + $0 }
    }

    private static func offset(_ scanner: inout ByteScanner) -> Int64? {
        scanner.skipBlanks()
        if scanner.isAtEnd || scanner.any(of: "Zz") != nil { return 0 }
        guard let sign = scanner.any(of: "+-"), let hour = scanner.digits(2...2), hour <= 14 else { return nil }
        _ = scanner.skip(0x3A)
        let minute = scanner.isAtEnd ? 0 : scanner.digits(2...2)
        guard let minute, minute < 60 else { return nil }
        return (sign == 0x2D ? -1 : 1) * (hour * 3600 + minute * 60) * ticksPerSecond
    }

    /// Days since 0001-01-01 to a date, after Hinnant's `civil_from_days` with its era starting on 0000-03-01.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 306
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// A number with leading zeros.
    static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
