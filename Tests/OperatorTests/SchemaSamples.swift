import JSON

@testable import Operator

/// Values made from the table of the resource, and places in it.
enum SchemaSamples {
    /// A value that has every field: each list has one element, each map one entry.
    static func full(_ field: SchemaField) -> JSONValue {
        switch field.shape {
        case .text(let limits): .string(limits.values.first ?? "x")
        case .boolean: true
        case .integer(let minimum, _): .integer(minimum ?? 0)
        case .duration: "1s"
        case .time: "2026-01-02T03:04:05Z"
        case .quantity: "1"
        case .object(let fields): .object(JSONObject(fields.map { ($0.name, full($0)) }))
        case .map(let element, _, _): ["x": full(element)]
        case .list(let element, _): [full(element)]
        }
    }

    /// The places of all fields that hold no further fields, with `[]` for elements and `{}` for values of maps.
    static func leaves(_ field: SchemaField, at path: String) -> [String] {
        switch field.shape {
        case .object(let fields): fields.flatMap { leaves($0, at: "\(path).\($0.name)") }
        case .map(let element, _, _): leaves(element, at: path + "{}")
        case .list(let element, _): leaves(element, at: path + "[]")
        default: [path]
        }
    }

    /// All fields with their places.
    static func all(_ field: SchemaField, at path: String) -> [(path: String, field: SchemaField)] {
        let below: [(path: String, field: SchemaField)] =
            switch field.shape {
            case .object(let fields): fields.flatMap { all($0, at: "\(path).\($0.name)") }
            case .map(let element, _, _): all(element, at: path + "{}")
            case .list(let element, _): all(element, at: path + "[]")
            default: []
            }
        return [(path, field)] + below
    }
}
