package import JSON

/// A change of a part of an object.
package enum ObjectPatch: Sendable, Hashable {
    /// RFC 7386: members replace those of the same name, `null` removes one, lists are replaced as a whole.
    case merge(JSONValue)
    /// RFC 6902: a list of operations, of which a failing `test` refuses all.
    case operations(JSONValue)
}
