import JSON
import Kubernetes
import ScriptedAPI
import Testing

@testable import Operator

@Suite("What was written and not seen yet")
struct WrittenObjectsTests {
    private let reference = ObjectReference(.deployment, namespace: "data", name: "a")
    private let time = ManualClock()

    private func object(_ version: String, uid: String = "1") -> KubernetesObject {
        let metadata: JSONValue = ["name": "a", "uid": .string(uid), "resourceVersion": .string(version)]
        return KubernetesObject(["metadata": metadata])
    }

    @Test(
        "is believed until the cache has it or something newer",
        arguments: zip([nil, "4", "5", "6", "x"], ["5", "5", "5", "6", "5"])
    )
    func newest(cached: String?, expected: String) {
        let written = WrittenObjects(clock: time.clock)
        written.begin(reference)
        written.wrote(reference, object("5"))
        #expect(written.newest(reference, cached: cached.map { object($0) })?.resourceVersion == expected)
    }

    @Test("is not believed for longer than half a minute")
    func patience() {
        let written = WrittenObjects(clock: time.clock)
        written.wrote(reference, object("5"))
        time.advance(by: .seconds(31))
        #expect(written.newest(reference, cached: nil) == nil)
    }

    @Test("is forgotten when a watch says that the object is gone, also while it is being written")
    func gone() {
        let written = WrittenObjects(clock: time.clock)
        written.wrote(reference, object("5"))
        _ = written.saw(reference, nil)
        #expect(written.newest(reference, cached: nil) == nil)
        written.begin(reference)
        _ = written.saw(reference, nil)
        written.wrote(reference, object("6"))
        #expect(written.newest(reference, cached: nil) == nil)
    }

    @Test("hides what was deleted, until the cache has another object of the name")
    func deleted() {
        let written = WrittenObjects(clock: time.clock)
        written.deleted(reference, uid: "1")
        #expect(written.newest(reference, cached: object("5")) == nil)
        #expect(written.newest(reference, cached: object("7", uid: "2"))?.uid == "2")
    }

    @Test("is not kept of a deletion that a watch told of before the server answered")
    func deletionSeenFirst() {
        let written = WrittenObjects(clock: time.clock)
        written.begin(reference)
        _ = written.saw(reference, nil)
        written.deleted(reference, uid: "1")
        #expect(written.count == 0)
        written.begin(reference)
        _ = written.saw(reference, object("7", uid: "2"))
        written.deleted(reference, uid: "1")
        #expect(written.count == 0, "another object has the name already")
        written.begin(reference)
        _ = written.saw(reference, object("6"))
        written.deleted(reference, uid: "1")
        #expect(written.count == 1, "the object's own last change says nothing about its end")
    }

    @Test("tells its own echo from a change by others, and keeps nothing of what was seen")
    func echo() {
        let written = WrittenObjects(clock: time.clock)
        written.wrote(reference, object("5"))
        #expect(!written.saw(reference, object("4")))
        #expect(written.saw(reference, object("5")))
        #expect(!written.saw(reference, object("5")), "only once")
        #expect(written.newest(reference, cached: nil) == nil)
        written.begin(reference)
        #expect(!written.saw(reference, object("8")))
        written.wrote(reference, object("8"))
        #expect(written.newest(reference, cached: nil) == nil, "the watch was faster than the answer")
    }
}
