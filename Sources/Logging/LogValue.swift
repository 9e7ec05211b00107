/// A piece of a log line's data: a text, a number, a truth value or several texts, so that a JSON line says it as what it is.
///
/// A number's unit is the end of its key, such as `outage.seconds` or `buffer.memory_bytes`.
package protocol LogValue: Sendable {
    /// The value as a log line writes it.
    var logged: LoggedValue { get }
}

/// What log lines carry beside their message, by dotted key.
package typealias LogData = [String: any LogValue]

extension String: LogValue {
    package var logged: LoggedValue { .text(self) }
}

extension Bool: LogValue {
    package var logged: LoggedValue { .bare(self ? "true" : "false") }
}

extension Int: LogValue {
    package var logged: LoggedValue { .bare(String(self)) }
}

extension Int32: LogValue {
    package var logged: LoggedValue { .bare(String(self)) }
}

extension Int64: LogValue {
    package var logged: LoggedValue { .bare(String(self)) }
}

extension UInt16: LogValue {
    package var logged: LoggedValue { .bare(String(self)) }
}

extension UInt64: LogValue {
    package var logged: LoggedValue { .bare(String(self)) }
}

extension Double: LogValue {
    /// A number with the digits it needs; a text where JSON has no number for it (NaN and the infinities).
    package var logged: LoggedValue {
        guard isFinite else { return .text(description) }
        if self == rounded(), magnitude < 1e15 { return .bare(String(Int64(self))) }
        return .bare(description)
    }
}

extension Duration: LogValue {
    /// Seconds, to the millisecond.
    package var logged: LoggedValue {
        let (seconds, attoseconds) = components
        return (Double(seconds) + (Double(attoseconds) / 1e15).rounded() / 1000).logged
    }
}

extension [String]: LogValue {
    package var logged: LoggedValue { .list(self) }
}
