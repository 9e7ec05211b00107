internal import JSON

/// A flat map of properties, whose values may be written as numbers, Booleans and lists.
enum ConfigMap {
    /// The properties as text, which is what Kafka Connect makes of them; members without a value are none.
    static func texts(of object: JSONObject) -> [String: String] {
        var texts: [String: String] = [:]
        for (name, value) in object {
            switch value {
            case .null: continue
            case .string(let text): texts[name] = text
            case .array(let elements) where !elements.contains { $0.objectValue != nil || $0.arrayValue != nil }:
                texts[name] = elements.map { $0.stringValue ?? $0.text }.joined(separator: ",")
            default: texts[name] = value.text
            }
        }
        return texts
    }
}
