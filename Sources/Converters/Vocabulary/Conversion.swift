/// What turns a message's value into rows: a converter with its options, and the format that they are for.
package struct Conversion: Sendable, Hashable {
    /// The converter that reads the value.
    package let converter: ConverterKind
    /// The converter's settings.
    package let options: ConverterOptions
    /// The format of the rows.
    package let format: RecordFormat
    /// How messages share a blob.
    package let layout: BlobLayout

    /// Creates a conversion.
    /// - Throws: ``ConverterError`` with `unsupported` when the converter's messages cannot become rows of the format.
    package init(
        _ converter: ConverterKind,
        _ format: RecordFormat,
        options: ConverterOptions = ConverterOptions()
    ) throws(ConverterError) {
        self.converter = converter
        self.options = options
        self.format = format
        layout = try Self.layout(converter, format, options)
    }

    private static func layout(
        _ converter: ConverterKind,
        _ format: RecordFormat,
        _ options: ConverterOptions
    ) throws(ConverterError) -> BlobLayout {
        let whole: BlobLayout = format.structure == .wholeText ? .oneMessage : .lines
        switch (converter, format.structure) {
        case (.bytes, .binary): return .oneMessage
        case (.avro, .binary) where format == .avro || format == .apacheavro: return .container
        case (_, .binary):
            throw .configuration(
                "format=\(format) needs binary messages, so it cannot be used with \(converter.className); use "
                    + "ByteArrayConverter for messages that are files of this format"
                    + (converter == .avro ? ", or format avro or json" : "")
            )
        case (.short, .json), (.integer, .json), (.long, .json), (.float, .json), (.double, .json), (.boolean, .json):
            throw .configuration(
                "format=\(format) takes objects, so it cannot be used with \(converter.className), whose values are single "
                    + "numbers or Booleans; use format csv or txt"
            )
        case (_, .json): return .lines
        case (.avro, .quotedFields): return .lines
        case (.avro, _) where format == .txt: return .lines
        case (.protobuf, _) where format == .txt: return .lines
        case (.avro, _), (.protobuf, _):
            let known = converter == .avro ? "avro, apacheavro, json, csv, tsv, psv, scsv, sohsv or txt" : "json or txt"
            throw .configuration(
                "format=\(format) cannot be used with \(converter.className), whose messages have fields with types; use "
                    + "format \(known)"
            )
        case (.json, _) where options.hasEnvelope && format != .txt:
            throw .configuration(
                "format=\(format) cannot be used with \(converter.className) and schemas.enable=true; use format json or txt"
            )
        default: return whole
        }
    }
}
