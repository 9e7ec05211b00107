package import FoundationEssentials
internal import Glibc
internal import Text

/// Dates as HTTP writes them (RFC 9110, 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Done by hand: every request to storage has one, and Foundation's formatters take longer than the rest of its head.
package enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Writes a date.
    package static func text(for date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let day =
            unsafe "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year)"
        return unsafe "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    /// Reads a date; `nil` for any other text, and for a day or time that does not exist.
    package static func date(from text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, let month = months.firstIndex(of: String(words[2])), let day = Int(words[1]),
            let year = Int(words[3])
        else { return nil }
        let time = words[4].split(separator: ":").map { Int($0) }
        guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2] else { return nil }
        return CalendarTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second).date
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
