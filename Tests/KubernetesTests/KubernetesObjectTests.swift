import JSON
import Kubernetes
import Testing

@Suite("An object of the API")
struct KubernetesObjectTests {
    @Test("says who controls it")
    func controller() {
        let owners: JSONValue = [
            ["kind": "A", "name": "a", "uid": "1"], ["kind": "B", "name": "b", "uid": "2", "controller": true],
        ]
        let object = KubernetesObject(["metadata": ["name": "x", "ownerReferences": owners]])
        #expect(object.controller.map { [$0.kind, $0.name, $0.uid] } == ["B", "b", "2"])
        #expect(object.name == "x" && object.namespace == "" && object.labels == [:])
    }
}
