internal import FoundationEssentials
internal import JSON

/// Table storage: inserting, querying, merging, replacing and deleting rows of status tables.
struct StatusTableEndpoint: Sendable {
    /// The cluster.
    let parts: ClusterParts

    /// Answers a request on a table or one of its rows.
    func reply(
        to request: EmulatorRequest,
        _ address: StorageAddress,
        in table: StorageResource
    ) async throws -> EmulatorReply {
        let needed: String
        switch request.method {
        case "POST": needed = "a"
        case "GET": needed = "r"
        case "PUT", "MERGE", "PATCH": needed = "u"
        case "DELETE": needed = "d"
        default: return Self.error(405, "UnsupportedHttpVerb", "the resource does not support \(request.method)")
        }
        if case .refused(let code, let reason) = parts.access.check(address.parameters, for: table, anyOf: needed) {
            return Self.error(403, code, reason)
        }
        if request.method == "POST" { return try await insert(request, table) }
        let segment = address.name
        if request.method == "GET", segment == table.name || segment == "\(table.name)()" {
            return query(request.parameters, table, hasTags: Self.hasTags(request))
        }
        guard let key = Self.key(segment, table) else {
            return Self.error(400, "InvalidInput", "the URL names no row by PartitionKey and RowKey")
        }
        switch request.method {
        case "GET":
            guard let row = parts.statuses[key] else { return Self.notFound }
            return .json(200, .object(Self.hasTags(request) ? row : Self.untagged(row)))
        case "DELETE": return Self.reply(to: parts.statuses.remove(key, ifMatch: request.header("If-Match")))
        default:
            guard let row = try? JSONValue(parsing: try await request.collect(upTo: 1 << 20)),
                let object = row.objectValue
            else {
                return Self.error(400, "InvalidInput", "the body is not a JSON object")
            }
            return Self.reply(
                to: parts.statuses.merge(
                    object,
                    at: key,
                    replacing: request.method == "PUT",
                    ifMatch: request.header("If-Match")
                )
            )
        }
    }

    private static func reply(to change: StatusTableStore.Change) -> EmulatorReply {
        switch change {
        case .done: .empty(204)
        case .absent: notFound
        case .conflict:
            error(
                412,
                "UpdateConditionNotSatisfied",
                "The update condition specified in the request was not satisfied."
            )
        }
    }

    /// Whether rows are answered with their tags (Azure Storage REST, "Payload format for Table service operations").
    private static func hasTags(_ request: EmulatorRequest) -> Bool {
        let accepted = request.header("Accept") ?? ""
        return accepted.contains("odata=minimalmetadata") || accepted.contains("odata=fullmetadata")
    }

    private static func untagged(_ row: JSONObject) -> JSONObject {
        var row = row
        row[StatusTableStore.tag] = nil
        return row
    }

    /// The most rows of a page (Azure Storage REST, "Query timeout and pagination").
    private static let pageRows = 1000

    private func query(_ parameters: QueryParameters, _ table: StorageResource, hasTags: Bool) -> EmulatorReply {
        var filter: EntityFilter?
        if let text = parameters["$filter"], !text.isEmpty {
            guard let read = EntityFilter(text) else {
                return Self.error(400, "InvalidInput", "the emulator cannot read the $filter")
            }
            filter = read
        }
        let top = parameters["$top"].map { Int($0) ?? 0 } ?? Self.pageRows
        guard (1...Self.pageRows).contains(top) else {
            return Self.error(400, "InvalidInput", "$top goes from 1 to \(Self.pageRows)")
        }
        var start: (partition: String, row: String)?
        if let partition = parameters["nextpartitionkey"] {
            guard let partition = Self.key(token: partition),
                let row = Self.key(token: parameters["nextrowkey"] ?? "1!")
            else { return Self.error(400, "InvalidInput", "the continuation was not given out here") }
            start = (partition, row)
        }
        let page = parts.statuses.page(of: table, from: start, limit: top) { filter?.matches($0) ?? true }
        let chosen = parameters["$select"].map { $0.split(separator: ",").map(String.init) }
        let rows = page.rows.map { row -> JSONValue in
            guard let chosen else { return .object(hasTags ? row : Self.untagged(row)) }
            var part = JSONObject()
            if hasTags { part[StatusTableStore.tag] = row[StatusTableStore.tag] }
            for name in chosen { part[name] = row[name] ?? .null }
            return .object(part)
        }
        var reply = EmulatorReply.json(200, ["value": .array(rows)])
        if let next = page.next {
            reply.headers.append(("x-ms-continuation-NextPartitionKey", Self.token(next.partition)))
            reply.headers.append(("x-ms-continuation-NextRowKey", Self.token(next.row)))
        }
        return reply
    }

    /// The name of a table in a URL's segment, where a row's key may follow it.
    static func tableName(_ segment: String) -> String { String(segment.prefix { $0 != "(" }) }

    private static var notFound: EmulatorReply {
        error(404, "ResourceNotFound", "The specified resource does not exist.")
    }

    private func insert(_ request: EmulatorRequest, _ table: StorageResource) async throws -> EmulatorReply {
        guard let row = try? JSONValue(parsing: try await request.collect(upTo: 1 << 20)), let object = row.objectValue,
            let partition = row["PartitionKey"]?.stringValue, let rowKey = row["RowKey"]?.stringValue
        else { return Self.error(400, "InvalidInput", "the body is not a row with PartitionKey and RowKey") }
        let key = StatusTableStore.Key(table: table, partition: partition, row: rowKey)
        guard parts.statuses.insert(object, at: key) else {
            return Self.error(409, "EntityAlreadyExists", "The specified entity already exists.")
        }
        if request.header("Prefer")?.lowercased() == "return-no-content" { return .empty(204) }
        return .json(201, row)
    }

    /// A key as continuations carry it: clients must take these as they are.
    private static func token(_ key: String) -> String { "1!" + Data(key.utf8).base64EncodedString() }

    private static func key(token: String) -> String? {
        guard token.hasPrefix("1!"), let bytes = Data(base64Encoded: String(token.dropFirst(2))) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads `name(PartitionKey='p',RowKey='r')`.
    private static func key(_ segment: String, _ table: StorageResource) -> StatusTableStore.Key? {
        guard let open = segment.firstIndex(of: "("), segment.last == ")" else { return nil }
        var values: [String: String] = [:]
        var rest = segment[segment.index(after: open)...].dropLast().unicodeScalars[...]
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "=" }
            rest = rest[name.endIndex...].dropFirst()
            guard let value = EntityFilter.quoted(&rest) else { return nil }
            values[String(name)] = value
            guard let comma = rest.popFirst() else { break }
            guard comma == "," else { return nil }
        }
        guard let partition = values["PartitionKey"], let row = values["RowKey"] else { return nil }
        return StatusTableStore.Key(table: table, partition: partition, row: row)
    }

    private static func error(_ status: Int, _ code: String, _ message: String) -> EmulatorReply {
        var reply = EmulatorReply.json(
            status,
            ["odata.error": ["code": .string(code), "message": ["lang": "en-US", "value": .string(message)]]]
        )
        reply.headers.append(("x-ms-error-code", code))
        return reply
    }
}
