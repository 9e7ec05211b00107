/// How decimals are written to JSON (`json.decimal.format`).
package enum DecimalFormat: String, Sendable, Hashable, CaseIterable {
    /// As a JSON number, exact to the last digit.
    case numeric
    /// As Base64 of the unscaled value, a two's complement number with its highest byte first, as the connector does.
    case base64
}
