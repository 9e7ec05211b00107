internal import JSON

/// An object as a store holds it: its JSON as text, which takes a fraction of the memory of the values read from it.
struct StoredObject: Sendable, Equatable {
    /// The object's uid.
    let uid: String
    /// The object's version.
    let resourceVersion: String
    private let text: [UInt8]

    /// Takes an object.
    init(_ object: KubernetesObject) {
        uid = object.uid
        resourceVersion = object.resourceVersion
        text = object.json.serialized()
    }

    /// The object, read anew.
    var object: KubernetesObject {
        // The text was written here, from a value; it is always JSON.
        guard let json = try? JSONValue(parsing: text) else { preconditionFailure("a stored object is no JSON") }
        return KubernetesObject(json)
    }
}
