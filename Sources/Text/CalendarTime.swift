package import FoundationEssentials

/// A moment as a calendar and a clock of UTC show it, from a text that nobody has checked yet.
package struct CalendarTime {
    /// The year, such as 2026.
    package var year: Int
    /// The month, from 1.
    package var month: Int
    /// The day of the month, from 1.
    package var day: Int
    /// The hour, from 0.
    package var hour: Int
    /// The minute.
    package var minute: Int
    /// The second; 60 is a leap second.
    package var second: Int

    /// Creates a moment; without a time midnight.
    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The moment, or `nil` when there is no such day or time; years from 1601 to 9999, as Azure's services have them.
    package var date: Date? {
        guard (1601...9999).contains(year), (1...12).contains(month), (1...daysOfMonth).contains(day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second)
        else { return nil }
        return Date(timeIntervalSince1970: Double(((daysSince1970 * 24 + hour) * 60 + minute) * 60 + second))
    }

    private var daysOfMonth: Int {
        switch month {
        case 2: year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Counted in years that begin in March, so that a leap day is a year's last; an era is 400 years of 146,097 days.
    private var daysSince1970: Int {
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
