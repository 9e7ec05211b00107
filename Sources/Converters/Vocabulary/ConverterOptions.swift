package import JSON

/// The settings of a converter that change what it writes.
package struct ConverterOptions: Sendable, Hashable {
    /// The charset of text (`converter.encoding`).
    package var charset: Charset
    /// Whether each JSON message is an envelope of `schema` and `payload` (`schemas.enable`).
    package var hasEnvelope: Bool
    /// Whether a null takes its field's default in such an envelope (`replace.null.with.default`).
    package var replacesNullWithDefault: Bool
    /// How decimals are written.
    package var decimals: DecimalFormat
    /// Whether the registry is asked about the topic's subject, rather than by a schema's identifier alone, as when the
    /// producers name subjects by records (`subject.name.strategy`).
    package var namesSubject: Bool

    /// Creates options; without arguments those of plain text and plain JSON.
    package init(
        charset: Charset = .utf8,
        hasEnvelope: Bool = false,
        replacesNullWithDefault: Bool = true,
        decimals: DecimalFormat = .numeric,
        namesSubject: Bool = true
    ) {
        self.charset = charset
        self.hasEnvelope = hasEnvelope
        self.replacesNullWithDefault = replacesNullWithDefault
        self.decimals = decimals
        self.namesSubject = namesSubject
    }
}
