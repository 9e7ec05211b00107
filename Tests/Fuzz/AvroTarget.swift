import Avro
import JSON

extension FuzzTarget {
    /// Schemas, the last of which may use those before it, with bytes 1 between; a byte 0; a datum, which is also taken
    /// for a container file.
    static let avro = FuzzTarget(name: "avro") { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let datum = parts.count > 1 ? Array(parts[1]) : []
        do { _ = try AvroFile(reading: datum) { $0 } } catch { require(!"\(error)".isEmpty, "no message") }
        _ = try? AvroFile(reading: datum)
        let texts = parts[0].split(separator: 1).map { String(decoding: $0, as: UTF8.self) }
        guard let text = texts.last else { return }
        do throws(AvroError) {
            let schema = try AvroSchema(parsing: text, references: Array(texts.dropLast()))
            require((try? AvroSchema(parsing: schema.text)) == schema, "the schema's text is another schema")
            AvroReading(AvroReader(schema), datum).run()
        } catch {
            require(!"\(error) \(error.code)".isEmpty, "no message")
        }
    }
}

/// All that is done with a datum, and how its outcomes must agree.
private struct AvroReading {
    private let reader: AvroReader
    private let datum: [UInt8]

    init(_ reader: AvroReader, _ datum: [UInt8]) {
        self.reader = reader
        self.datum = datum
    }

    func run() {
        let checked = unsafe datum.withUnsafeBytes { unsafe reader.check($0) }
        let isNull = unsafe datum.withUnsafeBytes { unsafe reader.isNull($0) }
        if let checked { require(checked.offset <= datum.count && !"\(checked)".isEmpty && !isNull, "\(checked)") }
        for decimals in [DecimalFormat.numeric, .base64] {
            let (fault, json) = unsafe written { unsafe reader.writeJSON($0, to: &$1, decimals: decimals) }
            require(fault == checked || fault?.reason == .decimal, "\(String(describing: fault))")
            if fault == nil, let json {
                do {
                    let value = try JSONValue(parsing: json)
                    require(!isNull || value.isNull, "a null datum is \(value.text)")
                } catch {
                    require(error.code == .tooDeep, "\(error): \(String(decoding: json, as: UTF8.self))")
                }
            }
        }
        let text = unsafe written { unsafe reader.writeText($0, to: &$1) }
        require(text.0 == checked || text.0?.reason == .decimal, "\(String(describing: text.0))")
        for quotes in [true, false] {
            let fields = unsafe written {
                unsafe reader.writeFields($0, separator: UInt8(ascii: ","), quotes: quotes, to: &$1)
            }
            require(fields.0 != nil || checked == nil, "fields of what is no datum")
        }
        if checked == nil { readContainer() }
    }

    private func readContainer() {
        let container = AvroContainer(schema: reader.schema)
        let block = AvroContainer.blockHead(rows: 1, bytes: datum.count) + datum + container.syncMarker
        guard let file = try? AvroFile(reading: container.header + block) else { return }
        require(file.records.count == 1 && file.schema == reader.schema, "a file has not what was put into it")
    }

    /// Writes into memory of several sizes, among them exactly what is needed; `nil` bytes are too many to look at.
    private func written(
        _ write: (UnsafeRawBufferPointer, inout JSONOutput) -> AvroFault?
    ) -> (AvroFault?, [UInt8]?) {
        var room = 40
        while true {
            var memory = [UInt8](repeating: 0xAA, count: room)
            let (fault, count) = unsafe memory.withUnsafeMutableBytes { memory in
                var output = unsafe JSONOutput(memory)
                let fault = unsafe datum.withUnsafeBytes { unsafe write($0, &output) }
                return (fault, output.count)
            }
            require(fault == nil || count == 0, "something was written with a fault")
            if fault != nil { return (fault, nil) }
            if count <= room { return (nil, Array(memory[..<count])) }
            guard count < 1 << 20 else { return (nil, nil) }
            room = count
        }
    }
}
