internal import FoundationEssentials

extension HTTPResponse {
    /// The pause that the server asks for, of at most an hour, or `nil` when it asks for none.
    ///
    /// Seconds, or a date, which is compared with the server's own clock (RFC 9110, 6.6.1 and 10.2.3).
    package var retryAfter: Duration? {
        guard let text = header("retry-after") else { return nil }
        if let seconds = Int(text) { return .seconds(max(0, min(seconds, 3600))) }
        guard let date = HTTPDate.date(from: text), let now = header("date").flatMap(HTTPDate.date) else { return nil }
        return .seconds(max(0, min(date.timeIntervalSince(now), 3600)))
    }
}
