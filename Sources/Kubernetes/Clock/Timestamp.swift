/// Times as the API writes them: RFC 3339 in UTC.
package enum Timestamp {
    /// A time to the second, as `metav1.Time` is: `2027-01-15T08:00:00Z`.
    package static func seconds(unixMicroseconds: Int64) -> String { date(unixMicroseconds) + "Z" }

    /// A time to the microsecond, as `metav1.MicroTime` is: `2027-01-15T08:00:00.000000Z`.
    package static func micro(unixMicroseconds: Int64) -> String {
        date(unixMicroseconds) + "." + padded(floored(unixMicroseconds, 1_000_000).rest, to: 6) + "Z"
    }

    private static func date(_ microseconds: Int64) -> String {
        let (days, second) = floored(floored(microseconds, 1_000_000).quotient, 86_400)
        let (year, month, day) = civil(days)
        return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))T"
            + "\(padded(second / 3600, to: 2)):\(padded(second / 60 % 60, to: 2)):\(padded(second % 60, to: 2))"
    }

    /// The date of a day counted from 1970-01-01, in the Gregorian calendar.
    ///
    /// Years are counted from March, so that the day that comes every fourth year is the last one of its year.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // An era of 400 years always has 146,097 days; day 0 of era 0 is the first of March of year 0.
        let (era, dayOfEra) = floored(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
