internal import JSON

extension ManagementCommands {
    /// Executes what follows `.show`; `nil` when it is not in the subset.
    func show(_ tokens: inout TokenStream, _ database: String) throws(EmulatorError) -> ResultTable? {
        if tokens.skipWords("principal", "access") { return try principalAccess(&tokens) }
        if tokens.skipWords("ingestion", "failures") { return failures }
        if tokens.skipWord("operations") {
            return ResultTable(columns: [
                Column("OperationId", .guid), Column("Operation", .string), Column("State", .string),
            ])
        }
        if tokens.skipWord("databases") {
            return ResultTable(
                columns: [
                    Column("DatabaseName", .string), Column("PersistentStorage", .string),
                    Column("PrettyName", .string),
                ],
                rows: context.catalog.databaseNames.map { [.string($0), .string(""), .string("")] }
            )
        }
        if tokens.skipWord("tables") { return try tables(details: tokens.skipWord("details"), database) }
        if tokens.skipWord("database") { return try showDatabase(&tokens, database) }
        if tokens.skipWord("table") { return try showTable(&tokens, database) }
        return nil
    }

    /// The version, and which service was asked.
    static func version(of service: ClusterService) -> ResultTable {
        ResultTable(
            columns: [
                Column("BuildVersion", .string), Column("BuildTime", .datetime), Column("ServiceType", .string),
                Column("ProductVersion", .string),
            ],
            rows: [
                [
                    .string("1.0.0.0"), .datetime(DateTimeText.unixEpoch),
                    .string(service == .dataManagement ? "DataManagement" : "Engine"),
                    .string("kusto-emulator 1.0.0.0"),
                ]
            ]
        )
    }

    /// Answers `.show principal access with (…)`, which asks for a right of a principal.
    ///
    /// In the brackets is `principal='aadapp=ID;TENANT', accesstype='ingest', database='D', table='T'`. Clients read
    /// the fourth column as the answer.
    private func principalAccess(_ tokens: inout TokenStream) throws(EmulatorError) -> ResultTable {
        var properties: [String: String] = [:]
        try tokens.expectWord("with")
        try tokens.expect("(")
        repeat {
            let name = try tokens.name().lowercased()
            try tokens.expect("=")
            properties[name] = try tokens.string()
        } while tokens.skip(",")
        try tokens.expect(")")
        guard let principal = properties["principal"], let access = properties["accesstype"],
            let database = properties["database"]
        else {
            throw EmulatorError(
                .syntax,
                "Syntax error: .show principal access needs principal, accesstype and database"
            )
        }
        if let table = properties["table"], !table.isEmpty {
            _ = try context.catalog.table(table, in: database)
        } else {
            _ = try context.catalog.databaseName(database)
        }
        let sides = principal.split(separator: "=", maxSplits: 1)
        let application = sides.last.map { String($0.prefix { $0 != ";" }) } ?? ""
        let isGranted =
            sides.first?.lowercased() == "aadapp"
            && (access.lowercased() != "ingest" || context.applications.mayIngest(application))
        return ResultTable(
            columns: [
                Column("PrincipalType", .string), Column("PrincipalName", .string), Column("AccessType", .string),
                Column("HasAccess", .bool),
            ],
            rows: [[.string("AadApp"), .string(application), .string(access), .bool(isGranted)]]
        )
    }

    private var failures: ResultTable {
        ResultTable(
            columns: [
                Column("OperationId", .guid), Column("Database", .string), Column("Table", .string),
                Column("FailedOn", .datetime), Column("IngestionSourcePath", .string), Column("Details", .string),
                Column("FailureKind", .string), Column("RootActivityId", .guid), Column("OperationKind", .string),
                Column("OriginatesFromUpdatePolicy", .bool), Column("ErrorCode", .string), Column("ShouldRetry", .bool),
                Column("IngestionSourceId", .string),
            ],
            rows: context.dataManagement.failures.map { record in
                [
                    .guid(record.operationID), .string(record.database), .string(record.table), .datetime(record.time),
                    .string(record.sourceLocation), .string(record.failure.message),
                    .string(record.failure.code.isPermanent ? "Permanent" : "Transient"), .guid(record.operationID),
                    .string("DataIngestPull"), .bool(false), .string(record.failure.code.text),
                    .bool(!record.failure.code.isPermanent), .string(record.sourceID),
                ]
            }
        )
    }

    private func tables(details: Bool, _ database: String) throws(EmulatorError) -> ResultTable {
        let name = try context.catalog.databaseName(database)
        let tables = try context.catalog.tables(in: database)
        if details { return detailRows(tables, name) }
        return ResultTable(
            columns: [
                Column("TableName", .string), Column("DatabaseName", .string), Column("Folder", .string),
                Column("DocString", .string),
            ],
            rows: tables.map { [.string($0.name), .string(name), .string(""), .string("")] }
        )
    }

    private func detailRows(_ tables: [StoredTable], _ database: String) -> ResultTable {
        ResultTable(
            columns: [
                Column("TableName", .string), Column("DatabaseName", .string), Column("TotalExtents", .long),
                Column("TotalRowCount", .long), Column("UnparsedBlobs", .long), Column("UnparsedBytes", .long),
            ],
            rows: tables.map { table in
                let unparsed = table.unparsed
                return [
                    .string(table.name), .string(database), .integer(Int64(table.extents.count)),
                    .integer(Int64(table.rowCount)), .integer(Int64(unparsed.blobs)), .integer(Int64(unparsed.bytes)),
                ]
            }
        )
    }

    private func showDatabase(_ tokens: inout TokenStream, _ fallback: String) throws(EmulatorError) -> ResultTable? {
        var database = fallback
        if case .name(let word) = tokens.next,
            ["schema", "policy", "ingestion", "cslschema"].contains(word.lowercased())
        {
            // Without a name before these words, the request's own database is meant.
        } else if !tokens.isAtEnd {
            database = try tokens.name()
        }
        if tokens.skipWord("policy") {
            return try policy(&tokens, .database, entity: "[\(database)]", "Database", database)
        }
        if tokens.skipWord("ingestion") { return try mappings(&tokens, .database, database) }
        guard tokens.skipWord("schema") else { return nil }
        if tokens.skipWords("as", "json") { return try schemaJSON(database) }
        return try databaseSchema(database)
    }

    private func showTable(_ tokens: inout TokenStream, _ database: String) throws(EmulatorError) -> ResultTable? {
        let table = try context.catalog.table(try tokens.name(), in: database)
        let name = try context.catalog.databaseName(database)
        if tokens.skipWord("ingestion") { return try mappings(&tokens, .table(table.name), database) }
        if tokens.skipWord("policy") {
            return try policy(&tokens, .table(table.name), entity: "[\(name)].[\(table.name)]", "Table", database)
        }
        if tokens.skipWord("details") { return detailRows([table], name) }
        if tokens.skipWord("extents") { return Self.extents(table, name) }
        if tokens.skipWord("cslschema") || tokens.skipWords("schema", "as", "csl") {
            let schema = table.columns.map { "\(Self.quoted($0.name)):\($0.type.rawValue)" }.joined(separator: ",")
            return Self.schema(table.name, schema, name)
        }
        if tokens.skipWord("schema") {
            _ = tokens.skipWords("as", "json")
            let columns = table.columns.map(Self.json)
            return Self.schema(
                table.name,
                JSONValue.object(["Name": .string(table.name), "OrderedColumns": .array(columns)]).text,
                name
            )
        }
        guard tokens.isAtEnd else { return nil }
        return ResultTable(
            columns: [Column("AttributeName", .string), Column("AttributeType", .string)],
            rows: table.columns.map { [.string($0.name), .string($0.type.systemType)] }
        )
    }

    private static func schema(_ table: String, _ schema: String, _ database: String) -> ResultTable {
        ResultTable(
            columns: [
                Column("TableName", .string), Column("Schema", .string), Column("DatabaseName", .string),
                Column("Folder", .string), Column("DocString", .string),
            ],
            rows: [[.string(table), .string(schema), .string(database), .string(""), .string("")]]
        )
    }

    private static func json(_ column: Column) -> JSONValue {
        [
            "Name": .string(column.name), "Type": .string(column.type.systemType),
            "CslType": .string(column.type.rawValue),
        ]
    }

    private static func quoted(_ name: String) -> String {
        let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && name.first?.isNumber == false
        return isPlain ? name : "['\(name.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))']"
    }

    private static func extents(_ table: StoredTable, _ database: String) -> ResultTable {
        ResultTable(
            columns: [
                Column("DatabaseName", .string), Column("TableName", .string), Column("RowCount", .long),
                Column("MinCreatedOn", .datetime), Column("Tags", .string), Column("IngestionSourceId", .string),
            ],
            rows: table.extents.map { extent in
                [
                    .string(database), .string(table.name), .integer(Int64(extent.rows)), .datetime(extent.created),
                    .string(extent.tags.joined(separator: "\r\n")), .string(extent.sourceID),
                ]
            }
        )
    }

    private func databaseSchema(_ database: String) throws(EmulatorError) -> ResultTable {
        let name = try context.catalog.databaseName(database)
        var rows: [[CellValue]] = []
        for table in try context.catalog.tables(in: database) {
            for column in table.columns {
                rows.append([.string(name), .string(table.name), .string(column.name), .string(column.type.systemType)])
            }
        }
        return ResultTable(
            columns: [
                Column("DatabaseName", .string), Column("TableName", .string), Column("ColumnName", .string),
                Column("ColumnType", .string),
            ],
            rows: rows
        )
    }

    private func schemaJSON(_ database: String) throws(EmulatorError) -> ResultTable {
        let name = try context.catalog.databaseName(database)
        var tables = JSONObject()
        for table in try context.catalog.tables(in: database) {
            tables[table.name] = ["Name": .string(table.name), "OrderedColumns": .array(table.columns.map(Self.json))]
        }
        let schema: JSONValue = ["Databases": [name: ["Name": .string(name), "Tables": .object(tables)]]]
        return ResultTable(columns: [Column("DatabaseSchema", .string)], rows: [[.string(schema.text)]])
    }

    /// Shows the mappings of the entity that was named and of no other: a table does not show those of its database.
    private func mappings(
        _ tokens: inout TokenStream,
        _ owner: Catalog.Owner,
        _ database: String
    ) throws(EmulatorError) -> ResultTable? {
        let databaseName = try context.catalog.databaseName(database)
        var kind: MappingKind?
        if !tokens.skipWord("mappings") {
            let word = try tokens.name()
            kind = MappingKind(commandName: word)
            guard kind != nil else { throw Self.unknownMappingKind(word) }
            if tokens.skipWord("mapping") {
                let name = try tokens.name()
                let found = try context.catalog.mappings(of: owner, in: database).filter {
                    $0.kind == kind && $0.name == name
                }
                guard !found.isEmpty else {
                    let place = if case .table(let table) = owner { "table '\(table)'" } else { "the database itself" }
                    throw EmulatorError(
                        .mappingNotFound,
                        "Mapping reference '\(name)' of kind '\(word)' in database '\(databaseName)' could not be found at \(place)"
                    )
                }
                return mappingTable(found, owner, databaseName)
            }
            guard tokens.skipWord("mappings") else { return nil }
        }
        let found = try context.catalog.mappings(of: owner, in: database).filter { kind == nil || $0.kind == kind }
        return mappingTable(found, owner, databaseName)
    }

    /// The error for a kind of mapping that no command knows.
    static func unknownMappingKind(_ word: String) -> EmulatorError {
        EmulatorError(
            .syntax,
            "Syntax error: '\(word)' is not a kind of ingestion mapping; there are \(MappingKind.commandNames)"
        )
    }

    /// Mappings in the form in which commands that show or change them answer.
    func mappingTable(_ mappings: [IngestionMapping], _ owner: Catalog.Owner, _ database: String) -> ResultTable {
        let table = if case .table(let name) = owner { name } else { "" }
        return ResultTable(
            columns: [
                Column("Name", .string), Column("Kind", .string), Column("Mapping", .string),
                Column("LastUpdatedOn", .datetime), Column("Database", .string), Column("Table", .string),
            ],
            rows: mappings.map { mapping in
                [
                    .string(mapping.name), .string(mapping.kind.displayName), .string(mapping.text),
                    .datetime(DateTimeText.unixEpoch), .string(database), .string(table),
                ]
            }
        )
    }

    private func policy(
        _ tokens: inout TokenStream,
        _ owner: Catalog.Owner,
        entity: String,
        _ entityType: String,
        _ database: String
    ) throws(EmulatorError) -> ResultTable {
        let name = try tokens.name()
        let json = try context.catalog.policy(name, of: owner, in: database)
        return Self.policyTable(name, entity: entity, json, entityType)
    }

    /// A policy in the form in which commands that show or change it answer.
    static func policyTable(_ name: String, entity: String, _ json: String?, _ entityType: String) -> ResultTable {
        ResultTable(
            columns: [
                Column("PolicyName", .string), Column("EntityName", .string), Column("Policy", .string),
                Column("ChildEntities", .string), Column("EntityType", .string),
            ],
            rows: [
                [
                    .string(policyNames[name.lowercased()] ?? name), .string(entity), json.map { .string($0) } ?? .null,
                    .string(""), .string(entityType),
                ]
            ]
        )
    }

    private static let policyNames = [
        "streamingingestion": "StreamingIngestionPolicy", "ingestionbatching": "IngestionBatchingPolicy",
        "retention": "RetentionPolicy", "caching": "CachingPolicy", "merge": "ExtentsMergePolicy",
    ]
}
