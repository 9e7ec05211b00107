internal import JSON

/// The place of a field in a KustoSink's spec.
struct FieldPath: Hashable, CustomStringConvertible {
    /// The names from `spec` on, which is left out; elements of lists have their number.
    let parts: [String]

    init(_ parts: [String]) { self.parts = parts }

    /// Reads a path as problems and ownership have it, such as `spec.topics[1].format` or `spec.config["a.b"]`.
    init(_ text: String) {
        var parts: [String] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "[" {
                let inner = rest.dropFirst().prefix { $0 != "]" }
                parts.append(String(inner.filter { $0 != "\"" }))
                rest = rest[inner.endIndex...].dropFirst()
            } else {
                let name = (first == "." ? rest.dropFirst() : rest).prefix { $0 != "." && $0 != "[" }
                if name.isEmpty { break }
                parts.append(String(name))
                rest = rest[name.endIndex...]
            }
        }
        self.parts = parts.first == "spec" ? Array(parts.dropFirst()) : parts
    }

    var description: String {
        parts.reduce("spec") { text, part in
            if Int(part) != nil { return "\(text)[\(part)]" }
            return part.contains(".") ? "\(text)[\"\(part)\"]" : "\(text).\(part)"
        }
    }

    /// The path of a field below.
    func below(_ parts: String...) -> FieldPath { FieldPath(self.parts + parts) }

    /// The path of the field that holds this one.
    var parent: FieldPath { FieldPath(parts.dropLast()) }

    /// Whether this is the other path, or below it.
    func isWithin(_ other: FieldPath) -> Bool { parts.starts(with: other.parts) }

    /// Whether this is an entry of `spec.topics`, or a member of one.
    var isOfTopic: Bool { parts.first == "topics" && parts.count > 1 }

    /// Whether this is a part of how a client signs in, or of how its connection is encrypted.
    var isOfSignIn: Bool { parts.contains { ["security", "auth", "schemaRegistry"].contains($0) } }

    /// The row of the resource's table for the field, or `nil` when there is none.
    var field: SchemaField? {
        var field = SinkSchema.spec
        for part in parts {
            switch field.shape {
            case .object(let fields):
                guard let next = fields.first(where: { $0.name == part }) else { return nil }
                field = next
            case .list(let element, _), .map(let element, _, _): field = element
            default: return nil
            }
        }
        return field
    }
}
