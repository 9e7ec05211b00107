internal import JSON

/// Builds JSON values from the events of a YAML stream.
struct YAMLComposer: ~Copyable {
    private static let maximumDepth = 200
    /// How many nodes all aliases of a stream may add.
    ///
    /// An alias costs what its anchor holds, so that a few lines cannot stand for gigabytes. Text counts as a node for
    /// each 32 bytes.
    private static let maximumAliasedNodes = 100_000

    private let reader: YAMLEventReader
    private let scalars: YAMLScalars
    private var anchors: [String: (value: JSONValue, nodes: Int)] = [:]
    private var aliasedNodes = 0
    private var depth = 0

    init(_ bytes: [UInt8], scalars: YAMLScalars) {
        reader = YAMLEventReader(bytes)
        self.scalars = scalars
    }

    /// Returns the documents of the stream.
    mutating func documents() throws(YAMLError) -> [JSONValue] {
        var documents: [JSONValue] = []
        while true {
            let event = try reader.next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                documents.append(try node(from: try reader.next()).value)
            default: break
            }
        }
    }

    private mutating func node(from event: YAMLEvent) throws(YAMLError) -> (value: JSONValue, nodes: Int) {
        if case .alias(let name) = event.kind { return try expand(name, at: event.line) }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw YAMLError(code: .tooLarge, reason: "nested deeper than \(Self.maximumDepth)", line: event.line)
        }
        let node: (value: JSONValue, nodes: Int)
        switch event.kind {
        case .scalar(let text, let tag, let isPlain):
            node = (try scalar(text, tag: tag, isPlain: isPlain, line: event.line), Self.nodes(in: text))
        case .sequenceStart(let tag):
            try check(tag, is: "seq", at: event.line)
            node = try sequence()
        case .mappingStart(let tag):
            try check(tag, is: "map", at: event.line)
            node = try mapping()
        default: throw YAMLError(code: .syntax, reason: "expected a value", line: event.line)
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func expand(_ name: String, at line: Int) throws(YAMLError) -> (value: JSONValue, nodes: Int) {
        guard let anchored = anchors[name] else {
            throw YAMLError(
                code: .syntax,
                reason:
                    "a text that begins with * must stand in quotes, or it is the name of an anchor; there is no such anchor",
                line: line
            )
        }
        aliasedNodes += anchored.nodes
        guard aliasedNodes <= Self.maximumAliasedNodes else {
            let reason = "aliases expand to more than \(Self.maximumAliasedNodes) values"
            throw YAMLError(code: .tooLarge, reason: reason, line: line)
        }
        return anchored
    }

    private mutating func sequence() throws(YAMLError) -> (value: JSONValue, nodes: Int) {
        var elements: [JSONValue] = []
        var nodes = 1
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { return (.array(elements), nodes) }
            let element = try node(from: event)
            elements.append(element.value)
            nodes += element.nodes
        }
    }

    private mutating func mapping() throws(YAMLError) -> (value: JSONValue, nodes: Int) {
        var object = JSONObject()
        var nodes = 1
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind { return (.object(object), nodes) }
            let key = try key(from: event)
            guard object[key] == nil else {
                throw YAMLError(code: .unsupported, reason: "the key \"\(key)\" stands twice", line: event.line)
            }
            let value = try node(from: try reader.next())
            object[key] = value.value
            nodes += value.nodes + 1
        }
    }

    private static func nodes(in text: String) -> Int { 1 + text.utf8.count / 32 }

    private mutating func key(from event: YAMLEvent) throws(YAMLError) -> String {
        switch event.kind {
        case .scalar(let text, _, _):
            if let anchor = event.anchor { anchors[anchor] = (.string(text), Self.nodes(in: text)) }
            return text
        case .alias(let name):
            if case .string(let text) = try expand(name, at: event.line).value { return text }
            fallthrough
        default: throw YAMLError(code: .unsupported, reason: "a key must be a scalar", line: event.line)
        }
    }

    private func scalar(
        _ text: String,
        tag: String?,
        isPlain: Bool,
        line: Int
    ) throws(YAMLError) -> JSONValue {
        guard let tag, tag != "!" else { return isPlain ? scalars.value(of: text) : .string(text) }
        let typed = YAMLScalars.coreSchemaValue(of: text)
        switch (tag, typed) {
        case ("tag:yaml.org,2002:str", _): return .string(text)
        case ("tag:yaml.org,2002:null", .null): return typed
        case ("tag:yaml.org,2002:bool", .bool): return typed
        case ("tag:yaml.org,2002:int", .integer): return typed
        case ("tag:yaml.org,2002:float", .double), ("tag:yaml.org,2002:float", .number): return typed
        case ("tag:yaml.org,2002:float", .integer(let value)): return .double(Double(value))
        default:
            throw YAMLError(
                code: .unsupported,
                reason:
                    "a text that begins with ! must stand in quotes, or it is a tag; this value cannot have that tag",
                line: line
            )
        }
    }

    private func check(_ tag: String?, is name: String, at line: Int) throws(YAMLError) {
        guard let tag, tag != "!", tag != "tag:yaml.org,2002:\(name)" else { return }
        throw YAMLError(
            code: .unsupported,
            reason: "a text that begins with ! must stand in quotes, or it is a tag; this one is not known",
            line: line
        )
    }
}
