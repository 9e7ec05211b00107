package import JSON
internal import Kubernetes

/// The CustomResourceDefinition of KustoSink, made from the table.
package enum SinkDefinition {
    /// The text of `crds/kustosinks.yaml`.
    package static var yaml: String {
        """
        # Made from the table of the resource, Sources/Operator/Resource/Schema, by
        # `UPDATE_CRD=1 swift test --filter SchemaDefinitionTests`; do not edit.

        """ + CompactYAML.text(of: json)
    }

    /// The definition as an object of the API.
    package static var json: JSONValue {
        let kind = KustoSink.kind
        return [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": [
                "name": .string("\(kind.plural).\(kind.group)"),
                "labels": ["app.kubernetes.io/part-of": "kusto-sink"],
            ],
            "spec": [
                "group": .string(kind.group),
                "names": [
                    "kind": .string(kind.kind),
                    "listKind": .string("\(kind.kind)List"),
                    "plural": .string(kind.plural),
                    "singular": .string(kind.kind.lowercased()),
                    "shortNames": ["ksink"],
                    "categories": ["kusto", "streaming"],
                ],
                "scope": "Namespaced",
                "versions": [version],
            ],
        ]
    }

    private static var version: JSONValue {
        [
            "name": .string(KustoSink.kind.version),
            "served": true,
            "storage": true,
            "additionalPrinterColumns": .array(columns),
            "schema": ["openAPIV3Schema": resource],
            "subresources": [
                "scale": [
                    "specReplicasPath": ".spec.replicas",
                    "statusReplicasPath": ".status.replicas",
                    "labelSelectorPath": ".status.selector",
                ],
                "status": [:],
            ],
        ]
    }

    private static let columns: [JSONValue] = [
        column("Ready", "string", #".status.conditions[?(@.type=="Ready")].status"#, "Whether the sink does its work."),
        column("Reason", "string", #".status.conditions[?(@.type=="Ready")].reason"#, "Why, in a word."),
        column("Replicas", "integer", ".status.replicas", "How many workers there are."),
        column("Lag", "integer", ".status.scaling.lag", "How many records are not ingested yet."),
        column("Age", "date", ".metadata.creationTimestamp", "How old the resource is."),
        column("Available", "integer", ".status.readyReplicas", "How many workers are ready.", isWide: true),
        column("Scaling", "string", ".status.scaling.reason", "Why there are so many workers.", isWide: true),
        column("Message", "string", #".status.conditions[?(@.type=="Ready")].message"#, "Why, in words.", isWide: true),
    ]

    private static func column(
        _ name: String,
        _ type: String,
        _ path: String,
        _ description: String,
        isWide: Bool = false
    ) -> JSONValue {
        var column: JSONObject = [
            "name": .string(name), "type": .string(type), "description": .string(description),
            "jsonPath": .string(path),
        ]
        if isWide { column["priority"] = 1 }
        return .object(column)
    }

    private static var resource: JSONValue {
        guard case .object(var schema) = schema(of: SinkSchema.resource) else { return .null }
        var properties: JSONObject = [
            "apiVersion": ["type": "string", "description": "The group and version of this form of the resource."],
            "kind": ["type": "string", "description": "The kind of the resource, KustoSink."],
            "metadata": ["type": "object"],
        ]
        for (name, property) in schema["properties"]?.objectValue ?? [:] { properties[name] = property }
        schema["properties"] = .object(properties)
        return .object(schema)
    }

    /// Returns the schema of one field with all that is below it.
    static func schema(of field: SchemaField) -> JSONValue {
        var schema: JSONObject = ["description": .string(field.summary)]
        if let value = field.defaultValue { schema["default"] = value }
        switch field.shape {
        case .text(let limits): add(limits, to: &schema)
        case .boolean: schema["type"] = "boolean"
        case .integer(let minimum, let maximum):
            schema["type"] = "integer"
            schema["minimum"] = minimum.map(JSONValue.integer)
            schema["maximum"] = maximum.map(JSONValue.integer)
        case .duration: add(SchemaShape.durationLimits, to: &schema)
        case .time:
            schema["type"] = "string"
            schema["format"] = "date-time"
        case .quantity:
            add(SchemaShape.quantityLimits, to: &schema)
            schema["type"] = nil
            schema["anyOf"] = [["type": "integer"], ["type": "string"]]
            schema["x-kubernetes-int-or-string"] = true
            schema["minimum"] = 0
        case .object(let fields):
            schema["type"] = "object"
            let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
            if !required.isEmpty { schema["required"] = .array(required) }
            schema["properties"] = .object(JSONObject(fields.map { ($0.name, Self.schema(of: $0)) }))
        case .map(let element, _, let maximum):
            schema["type"] = "object"
            schema["maxProperties"] = .integer(Int64(maximum))
            schema["additionalProperties"] = Self.schema(of: element)
        case .list(let element, let limits):
            schema["type"] = "array"
            if limits.minimumCount > 0 { schema["minItems"] = .integer(Int64(limits.minimumCount)) }
            schema["maxItems"] = .integer(Int64(limits.maximumCount))
            add(limits.identity, to: &schema)
            schema["items"] = Self.schema(of: element)
        }
        if !field.allRules.isEmpty { schema["x-kubernetes-validations"] = .array(field.allRules.map(validation)) }
        return .object(schema)
    }

    private static func add(_ limits: TextLimits, to schema: inout JSONObject) {
        schema["type"] = "string"
        // Most patterns want a character anyway, and the file has a size to keep to.
        if limits.minimumLength > 1 || limits.minimumLength == 1 && limits.pattern?.matches("") != false {
            schema["minLength"] = .integer(Int64(limits.minimumLength))
        }
        schema["maxLength"] = .integer(Int64(limits.maximumLength))
        if let pattern = limits.pattern { schema["pattern"] = .string(pattern.expression) }
        if !limits.values.isEmpty { schema["enum"] = .array(limits.values.map(JSONValue.string)) }
    }

    private static func add(_ identity: ListLimits.Uniqueness, to schema: inout JSONObject) {
        switch identity {
        case .atomic: break  // the default
        case .set: schema["x-kubernetes-list-type"] = "set"
        case .map(let names):
            schema["x-kubernetes-list-type"] = "map"
            schema["x-kubernetes-list-map-keys"] = .array(names.map(JSONValue.string))
        }
    }

    private static func validation(_ rule: SchemaRule) -> JSONValue {
        var validation: JSONObject = ["rule": .string(rule.expression), "message": .string(rule.message)]
        if rule.reason != .invalid { validation["reason"] = .string(rule.reason.rawValue) }
        if let path = rule.fieldPath { validation["fieldPath"] = .string(path) }
        return .object(validation)
    }
}
