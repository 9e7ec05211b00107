/// How decimals are written as JSON.
package enum DecimalFormat: Sendable, Hashable {
    /// As a number with all its digits.
    case numeric
    /// As base64 of the unscaled value, as Kafka Connect's JSON converter has it.
    case base64
}
