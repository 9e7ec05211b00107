import Avro
import JSON

/// A schema with the parts of a datum, for tests.
struct Datum {
    let reader: AvroReader
    let bytes: [UInt8]

    init(_ schema: String, _ bytes: [UInt8], references: [String] = []) throws {
        reader = AvroReader(try AvroSchema(parsing: schema, references: references))
        self.bytes = bytes
    }

    var fault: AvroFault? { unsafe bytes.withUnsafeBytes { unsafe reader.check($0) } }
    var isNull: Bool { unsafe bytes.withUnsafeBytes { unsafe reader.isNull($0) } }

    /// The JSON, or the fault's sentence.
    func json(_ decimals: DecimalFormat = .numeric) -> String {
        unsafe written { unsafe reader.writeJSON($0, to: &$1, decimals: decimals) }
    }

    /// The text, or the fault's sentence.
    var text: String { unsafe written { unsafe reader.writeText($0, to: &$1) } }

    /// The line, or the fault's sentence.
    func fields(separator: Character = ",", quotes: Bool = true) -> String {
        let byte = separator.asciiValue ?? 0
        return unsafe written { unsafe reader.writeFields($0, separator: byte, quotes: quotes, to: &$1) }
    }

    private func written(_ write: (UnsafeRawBufferPointer, inout JSONOutput) -> AvroFault?) -> String {
        var memory = [UInt8](repeating: 0, count: 1 << 20)
        return unsafe memory.withUnsafeMutableBytes { memory in
            var output = unsafe JSONOutput(memory)
            output.text("before ")
            let fault = unsafe bytes.withUnsafeBytes { unsafe write($0, &output) }
            guard let fault else { return unsafe String(decoding: memory[7..<output.count], as: UTF8.self) }
            return output.count == 7 ? "\(fault)" : "a fault, but something was written"
        }
    }
}

/// A whole number in Avro's encoding.
func long(_ value: Int64) -> [UInt8] { AvroBytes.long(value) }

/// A text in Avro's encoding.
func text(_ value: String) -> [UInt8] { AvroBytes.bytes(Array(value.utf8)) }
