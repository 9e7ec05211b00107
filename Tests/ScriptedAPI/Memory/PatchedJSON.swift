internal import JSON

/// Applies patches to JSON.
enum PatchedJSON {
    /// A patch that does not fit.
    struct Mismatch: Error {
        let message: String
    }

    /// RFC 7386.
    static func merge(_ patch: JSONValue, into target: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = target.objectValue ?? [:]
        for (name, value) in changes {
            members[name] = value.isNull ? Optional.none : merge(value, into: members[name] ?? .null)
        }
        return .object(members)
    }

    /// RFC 6902.
    static func apply(_ operations: JSONValue, to target: JSONValue) throws(Mismatch) -> JSONValue {
        guard let operations = operations.arrayValue else { throw Mismatch(message: "a JSON patch is a list") }
        var result = target
        for operation in operations { try apply(one: operation, to: &result) }
        return result
    }

    private static func apply(one operation: JSONValue, to root: inout JSONValue) throws(Mismatch) {
        guard let name = operation["op"]?.stringValue, let path = operation["path"]?.stringValue else {
            throw Mismatch(message: "an operation needs op and path")
        }
        let steps = try pointer(path)
        func value() throws(Mismatch) -> JSONValue {
            guard let value = operation["value"] else { throw Mismatch(message: "\(name) \(path) needs a value") }
            return value
        }
        func source() throws(Mismatch) -> [String] {
            guard let from = operation["from"]?.stringValue else {
                throw Mismatch(message: "\(name) \(path) needs from")
            }
            return try pointer(from)
        }
        switch name {
        case "test":
            guard try read(steps, in: root) == value() else { throw Mismatch(message: "testing path \(path) failed") }
        case "add": try edit(steps[...], in: &root, .add(value()))
        case "replace": try edit(steps[...], in: &root, .replace(value()))
        case "remove": try edit(steps[...], in: &root, .remove)
        case "copy": try edit(steps[...], in: &root, .add(read(source(), in: root)))
        case "move":
            let from = try source()
            let moved = try read(from, in: root)
            try edit(from[...], in: &root, .remove)
            try edit(steps[...], in: &root, .add(moved))
        default: throw Mismatch(message: "unknown operation \(name)")
        }
    }

    private enum Edit {
        case add(JSONValue), replace(JSONValue), remove
    }

    private static func pointer(_ text: String) throws(Mismatch) -> [String] {
        if text.isEmpty { return [] }
        guard text.hasPrefix("/") else { throw Mismatch(message: "the path \(text) does not begin with /") }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    private static func read(_ steps: [String], in root: JSONValue) throws(Mismatch) -> JSONValue {
        var node = root
        for step in steps {
            guard let child = node.arrayValue == nil ? node[step] : Int(step).flatMap({ node[$0] }) else {
                throw Mismatch(message: "the document has no /\(steps.joined(separator: "/"))")
            }
            node = child
        }
        return node
    }

    private static func edit(_ steps: ArraySlice<String>, in node: inout JSONValue, _ edit: Edit) throws(Mismatch) {
        guard let step = steps.first else {
            if case .add(let value) = edit { node = value }
            if case .replace(let value) = edit { node = value }
            return
        }
        let isLast = steps.count == 1
        switch node {
        case .object(var members):
            if isLast {
                switch edit {
                case .add(let value): members[step] = value
                case .replace(let value) where members[step] != nil: members[step] = value
                case .remove where members[step] != nil: members[step] = nil
                default: throw Mismatch(message: "the document has no \(step)")
                }
            } else {
                guard var child = members[step] else { throw Mismatch(message: "the document has no \(step)") }
                try Self.edit(steps.dropFirst(), in: &child, edit)
                members[step] = child
            }
            node = .object(members)
        case .array(var items):
            let index = step == "-" ? items.count : Int(step) ?? -1
            let isThere = items.indices.contains(index)
            if isLast {
                switch edit {
                case .add(let value) where isThere || index == items.count: items.insert(value, at: index)
                case .replace(let value) where isThere: items[index] = value
                case .remove where isThere: items.remove(at: index)
                default: throw Mismatch(message: "the list has no \(step)")
                }
            } else {
                guard isThere else { throw Mismatch(message: "the list has no \(step)") }
                try Self.edit(steps.dropFirst(), in: &items[index], edit)
            }
            node = .array(items)
        default: throw Mismatch(message: "the document has no \(step)")
        }
    }
}
