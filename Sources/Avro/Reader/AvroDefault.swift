internal import JSON

/// What Kafka Connect's converter has in the place of null: the attribute `connect.default` of the other type.
struct AvroDefault {
    private let types: [AvroType]

    /// Creates one over the types of a schema.
    init(_ types: [AvroType]) { self.types = types }

    /// Returns the JSON of a type's default as a value of it is written.
    /// - Returns: `nil` when it has none, or it is not a value of the type, or of records, bytes or decimals, for which
    ///   null stays null.
    func json(of index: Int) -> JSONValue? {
        types[index].attributes?["connect.default"].flatMap { value($0, of: index) }
    }

    private func value(_ json: JSONValue, of index: Int) -> JSONValue? {
        switch (types[index].shape, json) {
        case (.boolean, .bool), (.string, .string), (.long, .integer): json
        case (.int, .integer(let number)): Int32(exactly: number) == nil ? nil : json
        case (.float, _), (.double, _): json.doubleValue.flatMap { $0.isFinite ? .double($0) : nil }
        case (.enumeration(let symbols), .string(let symbol)): symbols.contains(symbol) ? json : nil
        case (.array(let items), .array(let values)): all(values, of: items).map { .array($0) }
        case (.map(let values), .object(let object)):
            all(object.values, of: values).map { .object(JSONObject(zip(object.keys, $0))) }
        default: nil
        }
    }

    private func all(_ values: [JSONValue], of index: Int) -> [JSONValue]? {
        let found = values.compactMap { value($0, of: index) }
        return found.count == values.count ? found : nil
    }
}
