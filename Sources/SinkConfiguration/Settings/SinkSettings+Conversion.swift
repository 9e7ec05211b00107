package import Converters
package import JSON

extension SinkSettings {
    /// Returns what turns the values of a mapping's topic into rows.
    /// - Throws: ``ConverterError`` with `unsupported` when the converter's messages cannot become rows of the format.
    package func conversion(for mapping: TopicMapping) throws(ConverterError) -> Conversion {
        try valueConverter.conversion(to: mapping.format, decimals: decimals)
    }
}

extension ConverterSettings {
    /// Returns what turns messages into rows of a format.
    /// - Throws: ``ConverterError`` with `unsupported` when they cannot become that.
    func conversion(to format: RecordFormat, decimals: DecimalFormat) throws(ConverterError) -> Conversion {
        try Conversion(kind, format, options: converterOptions(decimals: decimals))
    }

    /// What the settings say about how messages are converted.
    package func converterOptions(decimals: DecimalFormat = .numeric) -> ConverterOptions {
        let strategy = options["\(side).subject.name.strategy"]?.reveal() ?? ""
        return ConverterOptions(
            charset: Charset(javaName: encoding) ?? .utf8,
            hasEnvelope: schemasEnable,
            replacesNullWithDefault: options["replace.null.with.default"]?.reveal().lowercased() != "false",
            decimals: decimals,
            namesSubject: !strategy.hasSuffix("RecordNameStrategy")
        )
    }
}
