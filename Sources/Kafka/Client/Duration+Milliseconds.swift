extension Duration {
    /// The duration in whole milliseconds, as librdkafka takes it; what does not fit is cut off at the largest number.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1000)
        guard !isTooLong else { return seconds < 0 ? .min : .max }
        return Int32(clamping: whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000).partialValue)
    }
}
