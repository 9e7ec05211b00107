import Converters
import SchemaRegistry
import Synchronization

/// Schemas by number, which a test puts there; those that are missing are on their way for ever.
final class StubSchemas: SchemaSource {
    private struct State {
        var schemas: [Int32: SchemaLookup] = [:]
        var asked: [SchemaKey] = []
    }

    private let state = Mutex(State())

    /// The lookups so far.
    var asked: [SchemaKey] { state.withLock { $0.asked } }

    func put(_ number: Int32, _ kind: SchemaKind, _ text: String, rules: [String] = []) {
        let key = SchemaKey(subject: "s", id: .number(number))
        let content = SchemaContent(kind: kind, text: text, readRules: rules)
        state.withLock { $0.schemas[number] = .ready(RegisteredSchema(key: key, content: content)) }
    }

    func refuse(_ number: Int32) {
        state.withLock { $0.schemas[number] = .refused(SchemaRegistryError(.notFound, "schema \(number) not found")) }
    }

    func lookup(_ key: SchemaKey) -> SchemaLookup {
        state.withLock { state in
            state.asked.append(key)
            guard case .number(let number) = key.id else { return .pending }
            return state.schemas[number] ?? .pending
        }
    }

    func whenSettled(_ key: SchemaKey, _ body: @escaping @Sendable () -> Void) -> SchemaWaiter? { nil }
    func withdraw(_ waiter: SchemaWaiter) {}
    func run() async {}
}
