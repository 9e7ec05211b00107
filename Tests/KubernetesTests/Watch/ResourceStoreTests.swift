import JSON
import ScriptedAPI
import Synchronization
import Testing

@testable import Kubernetes

@Suite("The store of watched objects", .timeLimit(.minutes(10)))
struct ResourceStoreTests {
    private static func secret(_ name: String, version: Int, uid: String = "u") -> KubernetesObject {
        KubernetesObject([
            "metadata": [
                "name": .string(name), "namespace": "n", "uid": .string(uid),
                "resourceVersion": .string("\(version)"), "managedFields": [["manager": "x"]],
            ]
        ])
    }

    /// A store that writes down what it tells.
    private final class Told: Sendable {
        let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }

        init(_ store: ResourceStore) {
            store.onChange { [self] reference, object in
                lines.withLock { $0.append("\(reference.name) \(object?.resourceVersion ?? "gone")") }
            }
        }
    }

    private func replace(_ store: ResourceStore, _ objects: KubernetesObject...) {
        store.replace(with: objects.map(store.normalized))
    }

    @Test("keeps objects without managed fields and with their kind")
    func normalizes() throws {
        let store = ResourceStore(kind: .secret)
        replace(store, Self.secret("a", version: 1))
        let object = try #require(store.get(namespace: "n", name: "a"))
        #expect(object.json["metadata"]?["managedFields"] == nil)
        #expect(object.apiVersion == "v1" && object.kind == "Secret")
        #expect(store.get(namespace: "other", name: "a") == nil)
        #expect(store.isSynced && store.count == 1 && store.all.count == 1)
    }

    @Test("tells what a list brings, changes and lacks, and nothing of what stays")
    func relist() {
        let store = ResourceStore(kind: .secret)
        let told = Told(store)
        replace(store, Self.secret("a", version: 1), Self.secret("b", version: 2), Self.secret("c", version: 3))
        replace(store, Self.secret("a", version: 1), Self.secret("b", version: 9))
        #expect(told.all == ["a 1", "b 2", "c 3", "b 9", "c gone"])
    }

    @Test("tells a change once, however often its event comes")
    func duplicates() {
        let store = ResourceStore(kind: .secret)
        let told = Told(store)
        for _ in 0..<3 { store.put(Self.secret("a", version: 4)) }
        #expect(told.all == ["a 4"])
    }

    @Test("does not go back to an older state of an object")
    func outOfOrder() {
        let store = ResourceStore(kind: .secret)
        let told = Told(store)
        store.put(Self.secret("a", version: 12))
        store.put(Self.secret("a", version: 9))
        #expect(store.get(namespace: "n", name: "a")?.resourceVersion == "12")
        // A new object of the same name is another one, whatever its version.
        store.put(Self.secret("a", version: 3, uid: "new"))
        #expect(told.all == ["a 12", "a 3"])
    }

    @Test("does not bring a deleted object back, nor delete its successor")
    func lateEvents() {
        let store = ResourceStore(kind: .secret)
        let told = Told(store)
        store.put(Self.secret("a", version: 5, uid: "old"))
        store.remove(Self.secret("a", version: 6, uid: "old"))
        store.put(Self.secret("a", version: 5, uid: "old"))
        #expect(store.all == [])
        store.put(Self.secret("a", version: 8, uid: "new"))
        store.remove(Self.secret("a", version: 6, uid: "old"))
        #expect(told.all == ["a 5", "a gone", "a 8"])
    }

    @Test("takes an object back that left the selector, as often as it comes and goes")
    func returning() {
        let store = ResourceStore(kind: .secret)
        let told = Told(store)
        store.put(Self.secret("a", version: 5))
        store.remove(Self.secret("a", version: 6))
        store.put(Self.secret("a", version: 6))
        #expect(store.all.isEmpty, "an event that is not newer than the end is late")
        store.put(Self.secret("a", version: 7))
        store.remove(Self.secret("a", version: 6))
        store.put(Self.secret("a", version: 8))
        store.remove(Self.secret("a", version: 9))
        store.put(Self.secret("a", version: 10))
        #expect(told.all == ["a 5", "a gone", "a 7", "a 8", "a gone", "a 10"])
    }

    @Test("takes an object back where versions are no numbers, which cannot be compared")
    func opaqueVersions() {
        let store = ResourceStore(kind: .secret)
        func secret(_ version: String) -> KubernetesObject {
            KubernetesObject([
                "metadata": ["name": "a", "namespace": "n", "uid": "u", "resourceVersion": .string(version)]
            ])
        }
        store.put(secret("x"))
        store.remove(secret("y"))
        store.put(secret("y"))
        #expect(store.all.isEmpty)
        store.put(secret("z"))
        #expect(store.all.map(\.resourceVersion) == ["z"])
    }

    @Test("lets those wait who need the first list, and no longer than they want to")
    func sync() async {
        let store = ResourceStore(kind: .secret)
        let time = ManualClock()
        async let early = store.awaitSync(within: .seconds(5), clock: time.clock)
        try? await eventually("a wait") { time.sleepers == 1 }
        time.advance(by: .seconds(5))
        #expect(await early == false)
        async let synced = store.awaitSync(within: .seconds(60), clock: time.clock)
        try? await eventually("a wait") { time.sleepers == 1 }
        replace(store)
        #expect(await synced)
        #expect(await store.awaitSync(within: .zero, clock: time.clock))
    }
}
