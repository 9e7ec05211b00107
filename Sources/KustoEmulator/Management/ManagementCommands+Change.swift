internal import JSON

extension ManagementCommands {
    /// Executes a command that changes something; `nil` when it is not in the subset.
    func change(_ verb: String, _ tokens: inout TokenStream, _ database: String) throws(EmulatorError) -> ResultTable? {
        if tokens.skipWord("database") { return try changeDatabase(verb, &tokens, database) }
        if verb == "drop", tokens.skipWord("tables") { return try dropTables(&tokens, database) }
        if tokens.skipWord("tables") { return try createTables(verb, &tokens, database) }
        guard tokens.skipWord("table") else { return nil }
        let name = try tokens.name()
        let owner = Catalog.Owner.table(name)
        if tokens.skipWord("ingestion") {
            _ = try context.catalog.table(name, in: database)
            return try changeMapping(verb, &tokens, owner, database)
        }
        if tokens.skipWord("policy") {
            _ = try context.catalog.table(name, in: database)
            let entity = "[\(try context.catalog.databaseName(database))].[\(name)]"
            return try changePolicy(verb, &tokens, owner, entity: entity, "Table", database)
        }
        switch verb {
        case "drop": return try dropTable(name, ifExists: tokens.skipWord("ifexists"), database)
        case "clear":
            try tokens.expectWord("data")
            try context.catalog.table(name, in: database).clear()
            return ResultTable(columns: [Column("Status", .string)], rows: [[.string("Succeeded")]])
        case "delete": return nil
        default: return try changeTable(verb, name, try columns(&tokens), database)
        }
    }

    private func changeDatabase(
        _ verb: String,
        _ tokens: inout TokenStream,
        _ fallback: String
    ) throws(EmulatorError) -> ResultTable? {
        let name = try tokens.name()
        if tokens.skipWord("ingestion") { return try changeMapping(verb, &tokens, .database, name) }
        if tokens.skipWord("policy") {
            return try changePolicy(verb, &tokens, .database, entity: "[\(name)]", "Database", name)
        }
        guard verb == "create" else { return nil }
        context.catalog.createDatabase(name)
        return ResultTable(columns: [Column("DatabaseName", .string)], rows: [[.string(name)]])
    }

    private func columns(_ tokens: inout TokenStream) throws(EmulatorError) -> [Column] {
        try tokens.expect("(")
        var columns: [Column] = []
        repeat {
            let name = try tokens.name()
            try tokens.expect(":")
            let typeName = try tokens.name()
            guard let type = ColumnType(name: typeName) else {
                throw EmulatorError(.syntax, "Syntax error: column '\(name)' has the unknown type '\(typeName)'")
            }
            guard !columns.contains(where: { $0.name == name }) else {
                throw EmulatorError(.semantic, "Column '\(name)' is named twice")
            }
            columns.append(Column(name, type))
        } while tokens.skip(",")
        try tokens.expect(")")
        return columns
    }

    private func changeTable(
        _ verb: String,
        _ name: String,
        _ columns: [Column],
        _ database: String
    ) throws(EmulatorError) -> ResultTable {
        let table: StoredTable
        if verb == "alter" || verb == "alter-merge" {
            table = try context.catalog.table(name, in: database)
        } else {
            table = try context.catalog.createTable(name, columns: columns, in: database).table
        }
        switch verb {
        case "create-merge", "alter-merge":
            for column in columns {
                guard let known = table.columns.first(where: { $0.name == column.name }), known.type != column.type
                else { continue }
                throw EmulatorError(
                    .semantic,
                    "Column '\(column.name)' of table '\(name)' is a \(known.type.rawValue), not a \(column.type.rawValue)"
                )
            }
            table.mergeColumns(columns)
        case "alter", "create-or-alter":
            guard table.rowCount == 0 || Array(columns.prefix(table.columns.count)) == table.columns else {
                throw EmulatorError(
                    .semantic,
                    "the emulator adds columns at the end of a table with rows and changes nothing else; clear '\(name)' first"
                )
            }
            table.setColumns(columns)
        default: break  // .create leaves a table that exists as it is
        }
        return Self.tableResult(table, try context.catalog.databaseName(database))
    }

    private static func tableResult(_ table: StoredTable, _ database: String) -> ResultTable {
        let columns = table.columns.map { column -> JSONValue in
            [
                "Name": .string(column.name), "Type": .string(column.type.systemType),
                "CslType": .string(column.type.rawValue),
            ]
        }
        let schema = JSONValue.object(["Name": .string(table.name), "OrderedColumns": .array(columns)])
        return ResultTable(
            columns: [
                Column("TableName", .string), Column("Schema", .string), Column("DatabaseName", .string),
                Column("Folder", .string), Column("DocString", .string),
            ],
            rows: [[.string(table.name), .string(schema.text), .string(database), .string(""), .string("")]]
        )
    }

    private func createTables(
        _ verb: String,
        _ tokens: inout TokenStream,
        _ database: String
    ) throws(EmulatorError) -> ResultTable? {
        guard verb == "create" || verb == "create-merge" else { return nil }
        var result: ResultTable?
        repeat {
            let name = try tokens.name()
            let one = try changeTable(verb, name, try columns(&tokens), database)
            result = ResultTable(columns: one.columns, rows: (result?.rows ?? []) + one.rows)
        } while tokens.skip(",")
        return result
    }

    private func dropTables(_ tokens: inout TokenStream, _ database: String) throws(EmulatorError) -> ResultTable {
        try tokens.expect("(")
        var names: [String] = []
        repeat { names.append(try tokens.name()) } while tokens.skip(",")
        try tokens.expect(")")
        let ifExists = tokens.skipWord("ifexists")
        for name in names { _ = try dropTable(name, ifExists: ifExists, database) }
        return try show(database)
    }

    private func dropTable(_ name: String, ifExists: Bool, _ database: String) throws(EmulatorError) -> ResultTable {
        let dropped = try context.catalog.dropTable(name, in: database)
        guard dropped != nil || ifExists else {
            throw EmulatorError(.tableNotFound, "Table '\(name)' could not be found in database '\(database)'")
        }
        return try show(database)
    }

    private func show(_ database: String) throws(EmulatorError) -> ResultTable {
        let name = try context.catalog.databaseName(database)
        return ResultTable(
            columns: [Column("TableName", .string), Column("DatabaseName", .string)],
            rows: try context.catalog.tables(in: database).map { [.string($0.name), .string(name)] }
        )
    }

    private func changeMapping(
        _ verb: String,
        _ tokens: inout TokenStream,
        _ owner: Catalog.Owner,
        _ database: String
    ) throws(EmulatorError) -> ResultTable? {
        let word = try tokens.name()
        guard let kind = MappingKind(commandName: word) else { throw Self.unknownMappingKind(word) }
        try tokens.expectWord("mapping")
        let name = try tokens.name()
        let databaseName = try context.catalog.databaseName(database)
        if verb == "drop" {
            guard try context.catalog.removeMapping(name, kind: kind, of: owner, in: database) else {
                throw EmulatorError(.mappingNotFound, "Mapping reference '\(name)' could not be found")
            }
            return mappingTable([], owner, databaseName)
        }
        let mapping = try IngestionMapping(name: name, kind: kind, text: try tokens.string())
        let exists = try context.catalog.mappings(of: owner, in: database).contains {
            $0.name == name && $0.kind == kind
        }
        guard verb != "alter" || exists else {
            throw EmulatorError(.mappingNotFound, "Mapping reference '\(name)' could not be found")
        }
        guard try context.catalog.setMapping(mapping, of: owner, in: database, replacing: verb != "create") else {
            throw EmulatorError(
                .semantic,
                "Mapping '\(name)' of kind '\(kind.displayName)' already exists; use .create-or-alter"
            )
        }
        return mappingTable([mapping], owner, databaseName)
    }

    private func changePolicy(
        _ verb: String,
        _ tokens: inout TokenStream,
        _ owner: Catalog.Owner,
        entity: String,
        _ entityType: String,
        _ database: String
    ) throws(EmulatorError) -> ResultTable? {
        let name = try tokens.name()
        if verb == "delete" {
            try context.catalog.setPolicy(name, nil, of: owner, in: database)
            return Self.policyTable(name, entity: entity, nil, entityType)
        }
        let json: String
        if tokens.skipWord("enable") {
            json = "{\"IsEnabled\":true,\"HintAllocatedRate\":null}"
        } else if tokens.skipWord("disable") {
            json = "{\"IsEnabled\":false,\"HintAllocatedRate\":null}"
        } else {
            json = try tokens.string()
        }
        guard (try? JSONValue(parsing: json))?.objectValue != nil else {
            throw EmulatorError(.semantic, "the policy '\(name)' is not a JSON object")
        }
        try context.catalog.setPolicy(name, json, of: owner, in: database)
        return Self.policyTable(name, entity: entity, json, entityType)
    }
}
