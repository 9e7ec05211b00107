internal import JSON

/// An object as a set of places with values, which is how server-side apply sees it.
enum FieldTree {
    /// Two items of a list have the same keys.
    struct DuplicateItem: Error {
        let path: FieldPath
    }

    /// The places that hold a value and have no places below them.
    static func leaves(of value: JSONValue) throws(DuplicateItem) -> [FieldPath: JSONValue] {
        var leaves: [FieldPath: JSONValue] = [:]
        try collect(value, FieldPath(), &leaves)
        return leaves
    }

    private static func collect(
        _ value: JSONValue,
        _ path: FieldPath,
        _ leaves: inout [FieldPath: JSONValue]
    ) throws(DuplicateItem) {
        switch value {
        case .null: break
        case .object(let members) where !members.isEmpty:
            for (name, member) in members { try collect(member, path.appending(.member(name)), &leaves) }
        case .array(let items) where !items.isEmpty:
            switch ListShape.of(path) {
            case .whole: leaves[path] = value
            case .set:
                for item in items { leaves[path.appending(.value(item))] = item }
            case .map(let keys):
                let identities = items.compactMap { ListShape.identity(of: $0, keys: keys) }
                guard identities.count == items.count else {
                    leaves[path] = value
                    return
                }
                for (item, identity) in zip(items, identities) {
                    let place = path.appending(.item(identity))
                    guard leaves[place] == nil else { throw DuplicateItem(path: place) }
                    // The item itself is a place too: without it nobody could take an item out again.
                    leaves[place] = .object([:])
                    try collect(item, place, &leaves)
                }
            }
        default: leaves[path] = value
        }
    }

    /// Puts a value at a place, making the places above it.
    static func set(_ value: JSONValue, at path: FieldPath, in root: inout JSONValue) {
        set(value, path.steps[...], in: &root)
    }

    private static func set(_ value: JSONValue, _ steps: ArraySlice<FieldPath.Step>, in node: inout JSONValue) {
        guard let step = steps.first else {
            // An empty object or list says that it is there, not that it has nothing in it.
            switch (value, node) {
            case (.object(let new), .object) where new.isEmpty: return
            case (.array(let new), .array) where new.isEmpty: return
            default: node = value
            }
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name):
            var members = node.objectValue ?? [:]
            var child = members[name] ?? .null
            set(value, rest, in: &child)
            members[name] = child
            node = .object(members)
        case .item(let identity):
            var items = node.arrayValue ?? []
            if let index = index(of: identity, in: items) {
                set(value, rest, in: &items[index])
            } else {
                var item = JSONValue.object(JSONObject(identity.map { ($0.key, $0.value) }))
                set(value, rest, in: &item)
                items.append(item)
            }
            node = .array(items)
        case .value(let element):
            var items = node.arrayValue ?? []
            if !items.contains(element) { items.append(element) }
            node = .array(items)
        }
    }

    /// Takes a place away, and the places above it that hold nothing else.
    static func remove(_ path: FieldPath, in root: inout JSONValue) { _ = remove(path.steps[...], in: &root) }

    /// Returns whether the node holds nothing any more.
    private static func remove(_ steps: ArraySlice<FieldPath.Step>, in node: inout JSONValue) -> Bool {
        guard let step = steps.first else { return true }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name):
            guard var members = node.objectValue, var child = members[name] else { return false }
            let isEmpty = remove(rest, in: &child)
            members[name] = isEmpty ? Optional.none : child
            node = .object(members)
            return members.isEmpty
        case .item(let identity):
            guard var items = node.arrayValue, let index = index(of: identity, in: items) else { return false }
            if remove(rest, in: &items[index]) { items.remove(at: index) }
            node = .array(items)
            return items.isEmpty
        case .value(let element):
            guard var items = node.arrayValue else { return false }
            items.removeAll { $0 == element }
            node = .array(items)
            return items.isEmpty
        }
    }

    private static func index(of identity: [String: JSONValue], in items: [JSONValue]) -> Int? {
        items.firstIndex { ListShape.identity(of: $0, keys: Array(identity.keys)) == identity }
    }
}
