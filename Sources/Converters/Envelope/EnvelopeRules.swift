/// How payloads of envelopes become rows.
struct EnvelopeRules: Sendable, Hashable {
    /// Whether a null takes its schema's default (`replace.null.with.default`).
    var replacesNullWithDefault = true
    /// Whether decimals become JSON numbers, rather than Base64 of their unscaled values.
    var hasNumericDecimals = true
}
