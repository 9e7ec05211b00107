internal import Protobuf

/// What the lines so far have set up.
struct Probe {
    private var schema: ProtobufSchema?
    private var reader: ProtobufReader?
    private var memory = [UInt8](repeating: 0, count: 64)

    /// Does what a line says.
    mutating func answer(_ line: String) -> String {
        let words = line.split(separator: " ").map(String.init)
        do throws(ProtobufError) {
            switch words.first {
            case "schema":
                let texts = words.indices.dropFirst(2).filter { $0 % 2 == 1 }
                let references = texts.map { (name: words[$0 - 1], text: text(words[$0])) }
                (schema, reader) = (try ProtobufSchema(text: text(words[1]), references: references), nil)
                return "ok"
            case "message":
                reader = nil
                reader = try schema?.message(at: words.dropFirst().compactMap { Int($0) })
                return reader.map { "ok \($0.name)" } ?? "error there is no schema"
            case "payload": return json(Base64.decode(words.count > 1 ? words[1] : ""))
            case "repeat":
                let (count, payload) = (Int(words[1]) ?? 0, Base64.decode(words[2]))
                _ = json(payload)
                let time = ContinuousClock().measure { for _ in 0..<count { _ = write(payload) } }
                return "\(Int(time / .nanoseconds(1)) / max(count, 1))"
            default: return "error unknown command"
            }
        } catch {
            return "error \(error.message)"
        }
    }

    private func text(_ word: String) -> String { String(decoding: Base64.decode(word), as: UTF8.self) }

    private mutating func json(_ payload: [UInt8]) -> String {
        while true {
            switch write(payload) {
            case .written(let count): return String(decoding: memory[..<count], as: UTF8.self)
            case .fault(let reason): return "fault \(reason)"
            case .needsSpace(let count):
                guard count > memory.count else { return "error needs no more than there is" }
                memory = [UInt8](repeating: 0, count: count)
            case nil: return "error there is no message"
            }
        }
    }

    private mutating func write(_ payload: [UInt8]) -> ProtobufReader.Outcome? {
        unsafe payload.withUnsafeBytes { payload in
            unsafe memory.withUnsafeMutableBytes { memory in
                unsafe reader?.writeJSON(payload, to: memory)
            }
        }
    }
}
