import JSON
import Protobuf

extension FuzzTarget {
    /// A schema, before it texts that it may import as `0.proto`, `1.proto` and so on, with bytes 1 between; a byte 0; a
    /// payload, which is read as each of the first messages of the schema.
    static let protobuf = FuzzTarget(name: "protobuf") { bytes in
        unsafe bytes.withUnsafeBytes { unsafe fuzzProtobuf($0) }
    }
}

/// Reads one input, and ends the process when what it finds cannot be right.
func fuzzProtobuf(_ bytes: UnsafeRawBufferPointer) {
    let parts = unsafe Array(bytes).split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let payload = parts.count > 1 ? Array(parts[1]) : []
    let texts = parts[0].split(separator: 1).map { String(decoding: $0, as: UTF8.self) }
    let references = texts.dropLast().enumerated().map { (name: "\($0.offset).proto", text: $0.element) }
    guard let text = texts.last, let schema = try? ProtobufSchema(text: text, references: references) else { return }
    for path in [[0], [1], [0, 0]] {
        guard let reader = try? schema.message(at: path) else { continue }
        let first = written(payload, by: reader, room: 0)
        switch first.outcome {
        case .written: fatalError("no JSON object is empty")
        case .fault:
            // What is wrong does not depend on the room.
            require(written(payload, by: reader, room: 1 << 12).outcome == first.outcome, "\(first.outcome)")
        case .needsSpace(let count):
            guard count < 1 << 24 else { continue }
            require(
                written(payload, by: reader, room: count - 1).outcome == first.outcome,
                "one byte too few is enough"
            )
            let second = written(payload, by: reader, room: count)
            require(second.outcome == .written(count), "\(second.outcome)")
            let value = try? JSONValue(parsing: second.text)
            require(value?.objectValue != nil && !second.text.contains(10), "the text is no object on one line")
        }
    }
}

private func written(
    _ payload: [UInt8],
    by reader: ProtobufReader,
    room: Int
) -> (outcome: ProtobufReader.Outcome, text: [UInt8]) {
    var memory = [UInt8](repeating: 0xEE, count: room)
    let outcome = unsafe payload.withUnsafeBytes { payload in
        unsafe memory.withUnsafeMutableBytes { unsafe reader.writeJSON(payload, to: $0) }
    }
    return (outcome, memory)
}
