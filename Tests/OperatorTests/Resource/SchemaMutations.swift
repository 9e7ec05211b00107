import JSON

@testable import Operator

/// KustoSinks in which one field is set to something at a limit or beyond it, made from the table.
struct SchemaMutations {
    /// What was varied already: parts such as TLS stand in several places, and are varied in one of them.
    private var varied: Set<JSONValue> = []

    static let all: [JSONValue] = {
        let spec: JSONValue = [
            "kafka": ["bootstrapServers": ["broker-1:9092"]],
            "kusto": [
                "ingestionUrl": "https://ingest-c.westeurope.kusto.windows.net",
                "auth": ["strategy": "managed_identity"],
            ],
            "topics": [["topic": "orders", "database": "shop", "table": "Orders"]],
        ]
        var mutations = SchemaMutations()
        return mutations.variants(of: SinkSchema.spec, from: spec).map { spec in
            ["apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink", "spec": spec]
        }
    }()

    /// Returns values for a field, most of which are wrong somewhere.
    /// - Parameter start: A value that is right, from which objects are varied one field at a time.
    private mutating func variants(of field: SchemaField, from start: JSONValue) -> [JSONValue] {
        guard varied.insert(SinkDefinition.schema(of: field)).inserted else { return [start] }
        return switch field.shape {
        case .text(let limits): Self.texts(limits)
        case .boolean: [true, false, "true", 1, nil]
        case .integer(let minimum, let maximum):
            [
                .integer(minimum ?? 0), .integer((minimum ?? 0) - 1), .integer(maximum ?? 0),
                .integer((maximum ?? 0) + 1), "1", 1.5, .double(Double((minimum ?? 0) + 1)), [1], nil,
            ]
        case .duration: Self.texts(SchemaShape.durationLimits) + ["0s", "1ms", "1s", "99999h", "1m30s", "30s1m", 5]
        case .time: []
        case .quantity: Self.texts(SchemaShape.quantityLimits) + [1, 0, -1, 1.5, "1Gi", "1Q", "-1", true]
        case .object(let fields): objects(fields, from: start)
        case .map(let element, let keys, let maximum): maps(element, keys, maximum)
        case .list(let element, let limits): lists(element, limits)
        }
    }

    private static func texts(_ limits: TextLimits) -> [JSONValue] {
        if let value = limits.values.last {
            return [.string(value), .string(value + "x"), .string(value.uppercased()), "", 1, nil]
        }
        let right = example(limits)
        let long = String(repeating: right.first.map(String.init) ?? "a", count: limits.maximumLength)
        return [
            .string(right), "", "a b", "a\nb", "ä", "-", ".", .string(long), .string(long + "a"),
            // Two bytes each, and one character: lengths are not counted in bytes.
            .string(String(repeating: "ä", count: limits.maximumLength)), 1, true, [], [:], nil,
        ]
    }

    /// A string that is right.
    private static func example(_ limits: TextLimits) -> String {
        let candidates = ["abc", "broker:9092", "https://host/path", "5m", "1Gi", "10.0.0.1", "orders"]
        return candidates.first { limits.pattern?.matches($0) ?? true } ?? "a"
    }

    private mutating func objects(_ fields: [SchemaField], from start: JSONValue) -> [JSONValue] {
        var found: [JSONValue] = [start, start.setting(["unknownField"], to: 1), "x", [], nil]
        for field in fields {
            let inner = start[field.name] ?? Self.right(field)
            found += variants(of: field, from: inner).map { value in
                start.setting([field.name], to: value)
            }
            found.append(start.setting([field.name], to: .none))
        }
        return found
    }

    private mutating func maps(_ element: SchemaField, _ keys: TextLimits, _ maximum: Int) -> [JSONValue] {
        let value = Self.right(element)
        func entries(_ count: Int) -> JSONValue {
            .object(JSONObject((0..<count).map { ("k\($0)", value) }))
        }
        let named = Self.texts(keys).compactMap(\.stringValue).map { JSONValue.object([$0: value]) }
        let valued = variants(of: element, from: value).map { JSONValue.object(["k": $0]) }
        return [[:], entries(maximum), entries(maximum + 1), [], "x", nil] + named + valued
    }

    private mutating func lists(_ element: SchemaField, _ limits: ListLimits) -> [JSONValue] {
        let value = Self.right(element)
        let distinct = (0...limits.maximumCount).map { Self.numbered(value, $0, limits.identity) }
        let varied = variants(of: element, from: value).map { JSONValue.array([$0]) }
        return [
            [], [value], [value, value], .array(Array(distinct.dropLast())), .array(distinct), value, nil,
        ] + varied
    }

    /// An element unlike those with other numbers.
    private static func numbered(_ value: JSONValue, _ number: Int, _ identity: ListLimits.Uniqueness) -> JSONValue {
        switch (value, identity) {
        case (.integer, _): .integer(Int64(number + 1))
        case (.string(let text), _): .string(text.contains(":9092") ? "broker\(number):9092" : "\(text)\(number)")
        case (_, .map(let names)):
            value.setting(names, to: value[names[0]].map { Self.numbered($0, number, .set) })
        default: value
        }
    }

    /// The smallest value of a field that its type and limits allow.
    private static func right(_ field: SchemaField) -> JSONValue {
        switch field.shape {
        case .text(let limits): .string(limits.values.first ?? example(limits))
        case .boolean: true
        case .integer(let minimum, _): .integer(minimum ?? 0)
        case .duration: "5m"
        case .time: "2026-01-02T03:04:05Z"
        case .quantity: "1"
        case .object(let fields): .object(JSONObject(fields.filter(\.isRequired).map { ($0.name, Self.right($0)) }))
        case .map(let element, _, _): ["k": Self.right(element)]
        case .list(let element, _): [Self.right(element)]
        }
    }
}
