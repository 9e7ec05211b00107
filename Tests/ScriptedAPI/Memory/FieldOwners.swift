internal import JSON

/// Which manager owns which places of an object.
struct FieldOwners: Equatable {
    private(set) var sets: [String: Set<FieldPath>] = [:]

    /// What a manager sends with server-side apply and force is put into `object`; what it sent before and omits now is
    /// taken out of it, unless another manager owns it too.
    mutating func apply(
        _ fields: JSONValue,
        to object: JSONValue,
        manager: String
    ) throws(FieldTree.DuplicateItem) -> JSONValue {
        let before = try FieldTree.leaves(of: object)
        let sent = try FieldTree.leaves(of: fields)
        let omitted = (sets[manager] ?? []).subtracting(sent.keys)
        let others = sets.filter { $0.key != manager }.values
        var result = object
        // The deepest places first, so that an item goes when its last field has gone.
        for path in omitted.sorted(by: { $0.steps.count > $1.steps.count }) {
            // The keys of an item go with the item.
            if path.isItemKey { continue }
            let isKept =
                others.contains { $0.contains { $0.isWithin(path) } } || sent.keys.contains { $0.isWithin(path) }
            if !isKept { FieldTree.remove(path, in: &result) }
        }
        for (path, value) in Self.inOrder(sent, of: fields) { FieldTree.set(value, at: path, in: &result) }
        let after = try FieldTree.leaves(of: result)
        take(Self.changed(from: before, to: after), vanished: Self.vanished(from: before, to: after), by: nil)
        sets[manager] = Set(sent.keys)
        return result
    }

    /// Notes that a manager changed an object by another way than server-side apply.
    mutating func update(from old: JSONValue, to new: JSONValue, manager: String) {
        guard let before = try? FieldTree.leaves(of: old), let after = try? FieldTree.leaves(of: new) else { return }
        take(Self.changed(from: before, to: after), vanished: Self.vanished(from: before, to: after), by: manager)
    }

    private mutating func take(_ changed: Set<FieldPath>, vanished: Set<FieldPath>, by manager: String?) {
        for (name, paths) in sets {
            let rest = paths.subtracting(name == manager ? [] : changed).subtracting(vanished)
            sets[name] = rest.isEmpty ? nil : rest
        }
        if let manager, !changed.isEmpty { sets[manager, default: []].formUnion(changed) }
    }

    private static func changed(
        from before: [FieldPath: JSONValue],
        to after: [FieldPath: JSONValue]
    ) -> Set<FieldPath> {
        Set(after.filter { before[$0.key] != $0.value }.keys)
    }

    private static func vanished(
        from before: [FieldPath: JSONValue],
        to after: [FieldPath: JSONValue]
    ) -> Set<FieldPath> {
        Set(before.keys.filter { after[$0] == nil })
    }

    /// The places in the order of the text that was sent: lists get their items in it.
    private static func inOrder(
        _ leaves: [FieldPath: JSONValue],
        of fields: JSONValue
    ) -> [(FieldPath, JSONValue)] {
        var order: [FieldPath] = []
        walk(fields, FieldPath(), &order)
        return order.compactMap { path in leaves[path].map { (path, $0) } }
    }

    private static func walk(_ value: JSONValue, _ path: FieldPath, _ order: inout [FieldPath]) {
        order.append(path)
        switch value {
        case .object(let members):
            for (name, member) in members { walk(member, path.appending(.member(name)), &order) }
        case .array(let items):
            switch ListShape.of(path) {
            case .whole: break
            case .set: order += items.map { path.appending(.value($0)) }
            case .map(let keys):
                for item in items {
                    guard let identity = ListShape.identity(of: item, keys: keys) else { continue }
                    walk(item, path.appending(.item(identity)), &order)
                }
            }
        default: break
        }
    }
}
