internal import JSON

/// Commands and queries.
struct EngineEndpoint: Sendable {
    /// A command or query as a request carries it.
    struct Call: Sendable {
        /// The database; empty when the request names none.
        let database: String
        /// The text.
        let text: String
        /// Names of request options, in lower case.
        let options: Set<String>
    }

    /// The cluster.
    let parts: ClusterParts
    /// The service that was reached.
    let service: ClusterService

    /// Reads what a request asks for.
    /// - Throws: ``EmulatorError`` with `syntax` when the body is not a call.
    func call(in request: EmulatorRequest) async throws -> Call {
        let members: FoldedMembers
        if request.method == "GET" {
            let parameters = request.parameters
            var object = JSONObject()
            for name in ["db", "csl", "properties"] { object[name] = parameters[name].map { .string($0) } }
            members = FoldedMembers(.object(object))
        } else {
            let body = try await request.collect(upTo: 32 << 20)
            guard let json = try? JSONValue(parsing: body), json.objectValue != nil else {
                throw EmulatorError(.syntax, "Syntax error: the request's body is not a JSON object")
            }
            members = FoldedMembers(json)
        }
        guard let text = members.text("csl") else {
            throw EmulatorError(.syntax, "Syntax error: the request has no text in 'csl'")
        }
        let properties = members["properties"]
        let parsed = FoldedMembers(
            properties?.stringValue.flatMap { try? JSONValue(parsing: $0) } ?? properties ?? .null
        )
        let options = (parsed["options"]?.objectValue?.keys ?? []).map { $0.lowercased() }
        return Call(database: members.text("db") ?? "", text: text, options: Set(options))
    }

    /// Executes a command.
    func manage(_ call: Call, _ request: EmulatorRequest) async throws -> EmulatorReply {
        Self.json(ResultEncoding.version1(try await execute(call, request)))
    }

    private func execute(_ call: Call, _ request: EmulatorRequest) async throws -> ResultTable {
        let caller = CommandCaller(
            service: service,
            baseURL: parts.addresses.base(of: request, at: service),
            addresses: parts.addresses,
            application: parts.tokens.application(of: request.header("Authorization"))
        )
        let commands = parts.commands
        return try await parts.blocking.run { try commands.execute(call.text, database: call.database, by: caller) }
    }

    /// Runs a query; a text that starts with a dot is a command here too.
    func query(_ call: Call, _ request: EmulatorRequest) async throws -> EmulatorReply {
        guard service != .dataManagement else {
            throw EmulatorError(
                .wrongEndpoint,
                "Cannot run queries at this service endpoint. The appropriate endpoint is most likely '\(parts.addresses.engine)'.",
                isPermanent: false
            )
        }
        let table: ResultTable
        if call.text.drop(while: \.isWhitespace).hasPrefix(".") {
            table = try await execute(call, request)
        } else if !call.options.isDisjoint(with: ["validatepermissions", "validate_permissions"]) {
            table = try validated(call)
        } else {
            let (queries, call) = (parts.queries, call)
            table = try await parts.blocking.run { try queries.run(call.text, database: call.database) }
        }
        let isVersion2 = request.path.hasPrefix("/v2/")
        let requestID = request.header("x-ms-client-request-id") ?? ""
        return Self.json(
            isVersion2 ? ResultEncoding.version2(table, requestID: requestID) : ResultEncoding.version1(table)
        )
    }

    /// Permission checks look up the table, so that an unknown name is noticed, and otherwise always pass.
    private func validated(_ call: Call) throws -> ResultTable {
        let query = try Query(parsing: call.text)
        if let table = query.body.firstTable {
            _ = try parts.catalog.table(table.name, in: table.database ?? call.database)
        }
        return ResultTable(columns: [Column("Result", .string)], rows: [[.string("OK")]])
    }

    private static func json(_ body: [UInt8]) -> EmulatorReply {
        EmulatorReply(status: 200, headers: [("Content-Type", "application/json; charset=utf-8")], body: .bytes(body))
    }
}
