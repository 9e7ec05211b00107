/// The pause that a server asks for (RFC 9110, 10.2.3): seconds, or a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
enum RetryAfter {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// The longest pause that is understood; longer ones count as this.
    private static let longest = 365 * 86_400

    /// Reads a header field's value; `nil` when it is neither.
    /// - Parameter unixSeconds: The time now, in seconds since 1970.
    static func pause(_ text: String, unixSeconds: Double) -> Duration? {
        if let seconds = Int(text.filter { !$0.isWhitespace }) {
            return seconds < 0 ? nil : .seconds(min(seconds, longest))
        }
        guard let date = date(text) else { return nil }
        return .seconds(min(max(0, Double(date) - unixSeconds), Double(longest)))
    }

    /// The date in seconds since 1970.
    private static func date(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, let month = months.firstIndex(of: String(words[2])), let day = Int(words[1]),
            let year = Int(words[3]), (1970...9999).contains(year), (1...31).contains(day)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        return days(year, month + 1, day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    /// Days since 1970 in the Gregorian calendar; years begin in March here, so that a leap day is a year's last one.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + ofYear - 719_468
    }
}
