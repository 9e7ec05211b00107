internal import FoundationEssentials

/// Timestamps of records as people read them.
enum SampleTime {
    /// A moment in UTC, to the millisecond.
    /// - Parameter milliseconds: Since 1970.
    static func text(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return date.ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
