import Protobuf

extension ProtobufReader {
    /// The JSON text of a payload, or `fault: ` and why there is none; tried with no room first.
    func json(_ payload: Wire) -> String {
        var memory = [UInt8]()
        while true {
            let outcome = unsafe payload.bytes.withUnsafeBytes { payload in
                unsafe memory.withUnsafeMutableBytes { unsafe writeJSON(payload, to: $0) }
            }
            switch outcome {
            case .written(let count): return String(decoding: memory[..<count], as: UTF8.self)
            case .fault(let reason): return "fault: \(reason)"
            case .needsSpace(let count):
                guard count > memory.count else { return "needs no more space" }
                memory = [UInt8](repeating: 0xEE, count: count)
            }
        }
    }
}

/// The JSON text of a payload of a schema's first message.
func json(_ payload: Wire, _ schema: String, at indexes: [Int] = [0]) throws -> String {
    try ProtobufSchema(text: schema).message(at: indexes).json(payload)
}
