internal import JSON

/// Table storage: inserting, reading, merging and deleting rows of the status table.
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
        guard let key = Self.key(address.name, table) else {
            return Self.error(501, "NotImplemented", "the emulator serves single rows by PartitionKey and RowKey")
        }
        switch request.method {
        case "GET":
            guard let row = parts.statuses[key] else { return Self.notFound }
            return .json(200, .object(row))
        case "DELETE": return parts.statuses.remove(key) ? .empty(204) : Self.notFound
        default:
            guard let row = try? JSONValue(parsing: try await request.collect(upTo: 1 << 20)),
                let object = row.objectValue
            else {
                return Self.error(400, "InvalidInput", "the body is not a JSON object")
            }
            parts.statuses.merge(object, at: key)
            return .empty(204)
        }
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

    /// Reads `name(PartitionKey='p',RowKey='r')`.
    private static func key(_ segment: String, _ table: StorageResource) -> StatusTableStore.Key? {
        guard let open = segment.firstIndex(of: "("), segment.last == ")" else { return nil }
        var values: [String: String] = [:]
        for part in segment[segment.index(after: open)...].dropLast().split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, sides[1].count >= 2, sides[1].first == "'", sides[1].last == "'" else { return nil }
            values[String(sides[0])] = String(sides[1].dropFirst().dropLast()).replacing("''", with: "'")
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
