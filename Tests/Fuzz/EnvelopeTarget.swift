import Converters
import JSON

extension FuzzTarget {
    /// An envelope of `JsonConverter`, with its schema.
    static let envelope = FuzzTarget(name: "envelope") { bytes in
        let plain = ConverterOptions(hasEnvelope: true)
        let other = ConverterOptions(hasEnvelope: true, replacesNullWithDefault: false, decimals: .base64)
        for (format, options) in [(RecordFormat.json, plain), (.json, other), (.txt, plain), (.txt, other)] {
            let reader = EnvelopeReader(format: format, options: options, cachedSchemas: 4)
            let first = written(bytes, reader)
            // Now the schema is known.
            require(written(bytes, reader) == first, "known, its row is not \(first.outcome)")
            // Other schemas take its place, and give it back.
            for type in ["int8", "string", "boolean"] {
                _ = written(Array(#"{"schema":{"type":"\#(type)"},"payload":1}"#.utf8), reader)
                require(written(bytes, reader) == first, "behind others, its row is not \(first.outcome)")
            }
            guard format == .json, case .row = first.outcome else { continue }
            compare(first.row, bytes, reader)
        }
    }
}

/// A row is an object or an array of objects, and as a payload of the same schema it is the same row again.
private func compare(_ row: [UInt8], _ bytes: [UInt8], _ reader: EnvelopeReader) {
    guard let value = try? JSONValue(parsing: row) else { fatalError("a row is not JSON") }
    let isRow = value.objectValue != nil || value.arrayValue?.allSatisfy { $0.objectValue != nil } == true
    require(isRow && !row.contains(10), "a row is neither an object nor an array of objects, on one line")
    guard let schema = try? JSONValue(parsing: withoutMark(bytes))["schema"],
        let type = schema["type"]?.stringValue, ["struct", "map", "array"].contains(type)
    else { return }
    let name = schema["name"]?.stringValue ?? ""
    require(!name.hasSuffix("data.Date") && !name.hasSuffix("data.Decimal"), "a row of a single value")
    let again = Array(#"{"schema":"#.utf8) + schema.serialized() + Array(#","payload":"#.utf8) + row + [0x7D]
    require(written(again, reader).row == row, "a row, as a payload, is another row")
}

private func written(_ value: [UInt8], _ reader: EnvelopeReader) -> WrittenRow {
    unsafe WrittenRow.written { memory in unsafe value.withUnsafeBytes { unsafe reader.write($0, to: memory) } }
}

private func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
}
