import Converters
import SchemaRegistry
import Synchronization

/// Schemas by number that come when a test says so.
final class LaterSchemas: SchemaSource {
    private struct State {
        var schemas: [SchemaID: RegisteredSchema] = [:]
        var waiting: [(key: SchemaKey, body: @Sendable () -> Void)] = []
    }

    private let state = Mutex(State())

    /// How many wait for a schema.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// A message with a text under the schema `"string"` of a number.
    static func message(_ schema: UInt8, _ text: String) -> [UInt8] {
        var length: [UInt8] = []
        var rest = 2 * text.utf8.count
        while rest > 0x7F {
            length.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return [0, 0, 0, 0, schema] + length + [UInt8(rest)] + Array(text.utf8)
    }

    /// Brings an Avro schema, and tells those who wait for it.
    func bring(_ number: Int32, _ text: String) {
        let key = SchemaKey(subject: "t-value", id: .number(number))
        let told = state.withLock { state in
            state.schemas[key.id] = RegisteredSchema(key: key, content: SchemaContent(kind: .avro, text: text))
            let told = state.waiting.filter { $0.key.id == key.id }
            state.waiting.removeAll { $0.key.id == key.id }
            return told
        }
        for waiting in told { waiting.body() }
    }

    func lookup(_ key: SchemaKey) -> SchemaLookup {
        state.withLock { $0.schemas[key.id].map { .ready($0) } ?? .pending }
    }

    func whenSettled(_ key: SchemaKey, _ body: @escaping @Sendable () -> Void) -> SchemaWaiter? {
        state.withLock { $0.waiting.append((key, body)) }
        return nil
    }

    func withdraw(_ waiter: SchemaWaiter) {}
    func run() async {}
}
