import Avro
import FoundationEssentials
import Glibc
import JSON

/// One line of standard input.
struct ProbeRequest {
    private let schema: AvroSchema
    private let reader: AvroReader
    private let requests: [JSONValue]

    /// Reads a line.
    init(parsing line: String) throws {
        let json = try JSONValue(parsing: line)
        let references = json["references"]?.arrayValue?.compactMap(\.stringValue) ?? []
        schema = try AvroSchema(parsing: json["schema"]?.stringValue ?? "", references: references)
        reader = AvroReader(schema)
        requests = json["requests"]?.arrayValue ?? []
    }

    /// Returns the line of standard output.
    func reply() -> JSONValue { ["text": .string(schema.text), "results": .array(requests.map(result))] }

    private func result(_ request: JSONValue) -> JSONValue {
        switch request["mode"]?.stringValue {
        case "check"?:
            return outcome(unsafe bytes(request["datum"]).withUnsafeBytes { unsafe reader.check($0) }, "")
        case "json"?: return unsafe written(request) { unsafe reader.writeJSON($0, to: &$1) }
        case "base64"?: return unsafe written(request) { unsafe reader.writeJSON($0, to: &$1, decimals: .base64) }
        case "text"?: return unsafe written(request) { unsafe reader.writeText($0, to: &$1) }
        case "fields"?:
            return unsafe written(request) {
                unsafe reader.writeFields($0, separator: UInt8(ascii: ","), quotes: true, to: &$1)
            }
        case "null"?:
            return ["output": .bool(unsafe bytes(request["datum"]).withUnsafeBytes { unsafe reader.isNull($0) })]
        case "measure check"?, "measure json"?: return measured(request, isJSON: request["mode"] == "measure json")
        case "container"?: return ["output": .string(Data(container(request)).base64EncodedString())]
        case "file"?: return file(bytes(request["file"]))
        default: return ["fault": "no such mode"]
        }
    }

    private func bytes(_ json: JSONValue?) -> [UInt8] {
        Data(base64Encoded: json?.stringValue ?? "").map { Array($0) } ?? []
    }

    private func outcome(_ fault: AvroFault?, _ output: JSONValue) -> JSONValue {
        fault.map { ["fault": .string("\($0)"), "offset": .integer(Int64($0.offset))] } ?? ["output": output]
    }

    /// Writes into memory that first is too small, and then as large as was asked for.
    private func written(
        _ request: JSONValue,
        _ write: (UnsafeRawBufferPointer, inout JSONOutput) -> AvroFault?
    ) -> JSONValue {
        let datum = bytes(request["datum"])
        var room = 16
        while true {
            var memory = [UInt8](repeating: 0xAA, count: room)
            let (fault, count) = unsafe memory.withUnsafeMutableBytes { memory in
                var output = unsafe JSONOutput(memory)
                let fault = unsafe datum.withUnsafeBytes { unsafe write($0, &output) }
                return (fault, output.count)
            }
            if let fault { return outcome(fault, "") }
            if count <= room { return outcome(nil, .string(String(decoding: memory[..<count], as: UTF8.self))) }
            room = count
        }
    }

    /// Reads all datums so many times over.
    /// - Returns: How many nanoseconds of this thread's processor time it took, and the bytes of JSON.
    private func measured(_ request: JSONValue, isJSON: Bool) -> JSONValue {
        let datums = request["datums"]?.arrayValue?.map { bytes($0) } ?? []
        let rounds = request["rounds"]?.intValue ?? 1
        var memory = [UInt8](repeating: 0, count: 1 << 20)
        var written: Int64 = 0
        let start = processorTime()
        for _ in 0..<rounds {
            for datum in datums {
                let fault = unsafe datum.withUnsafeBytes { datum in
                    guard isJSON else { return unsafe reader.check(datum) }
                    return unsafe memory.withUnsafeMutableBytes { memory in
                        var output = unsafe JSONOutput(memory)
                        defer { written += Int64(output.count) }
                        return unsafe reader.writeJSON(datum, to: &output)
                    }
                }
                if let fault { return outcome(fault, "") }
            }
        }
        return ["output": .integer(processorTime() - start), "bytes": .integer(written)]
    }

    /// Nanoseconds of processor time that this thread has taken.
    private func processorTime() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private func container(_ request: JSONValue) -> [UInt8] {
        let datums = request["datums"]?.arrayValue?.map { bytes($0) } ?? []
        let container = AvroContainer(schema: schema)
        var file = container.header
        let rows = max(1, request["block"]?.intValue ?? 1)
        for start in stride(from: 0, to: datums.count, by: rows) {
            let block = datums[start..<min(start + rows, datums.count)]
            file += AvroContainer.blockHead(rows: block.count, bytes: block.map(\.count).reduce(0, +))
            file += block.joined() + container.syncMarker
        }
        return file
    }

    private func file(_ bytes: [UInt8]) -> JSONValue {
        do {
            let file = try AvroFile(reading: bytes)
            return ["output": .array(file.records.map(json)), "text": .string(file.schema.text)]
        } catch {
            return ["fault": .string("\(error)")]
        }
    }

    /// The value as JSON without its logical types: real numbers as the text of their bits, bytes as base64.
    private func json(_ value: AvroValue) -> JSONValue {
        switch value {
        case .null: .null
        case .boolean(let value): .bool(value)
        case .int(let value): .integer(Int64(value))
        case .long(let value): .integer(value)
        case .float(let value): .string("\(value.bitPattern)")
        case .double(let value): .string("\(value.bitPattern)")
        case .bytes(let value), .fixed(let value): .string(Data(value).base64EncodedString())
        case .string(let value), .enumeration(let value): .string(value)
        case .array(let values): .array(values.map(json))
        case .map(let members), .record(let members):
            .array(members.map { [.string($0.name), json($0.value)] })
        case .logical(_, let value): json(value)
        }
    }
}
