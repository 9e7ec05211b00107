package import JSON

/// What is known about the number of workers, for `status.scaling` and the condition `ScalingActive`.
package struct ScalingReport: Sendable, Hashable {
    /// Whether lag decides.
    package enum Activity: Sendable, Hashable {
        /// The mode is not `Lag`.
        case off
        /// Lag has not been read yet.
        case starting
        /// Lag is known and decides.
        case active
        /// Lag cannot be read, for the reason in this sentence.
        case unknown(String)
    }

    /// The members that are numbers of what is measured, which change all the time and are rounded.
    static let measures = ["lag", "lagSeconds", "recordsPerSecond", "recordsPerSecondPerWorker"]
    /// The members that say the same again in other words or in time; alone they are no reason to write.
    static let remarks = ["message", "lastScaleTime"]

    /// Whether lag decides.
    package var activity: Activity
    /// The members of `status.scaling`: `desiredReplicas`, `reason` and what else scaling tells and remembers.
    package var block: JSONObject

    /// Creates a report.
    package init(activity: Activity, block: JSONObject) {
        self.activity = activity
        self.block = block
    }

    /// The block with measures rounded, so that it changes seldom.
    var json: JSONValue {
        var block = block
        for name in Self.measures {
            if let number = block[name]?.intValue { block[name] = .integer(Self.rounded(Int64(number))) }
        }
        return .object(block)
    }

    /// Returns a number with two digits that count.
    static func rounded(_ number: Int64) -> Int64 {
        guard number >= 100 else { return number }
        var unit: Int64 = 1
        while number / unit >= 100 { unit *= 10 }
        let digits = number / unit + (number % unit >= unit - number % unit ? 1 : 0)
        let (product, overflow) = digits.multipliedReportingOverflow(by: unit)
        return overflow ? number : product
    }
}
