/// Reads and executes management commands.
struct ManagementCommands: Sendable {
    /// What commands work on.
    let context: ManagementContext

    /// Executes a command.
    /// - Parameters:
    ///   - text: The command, starting with a dot.
    ///   - database: The database that the request names.
    ///   - baseURL: Scheme, host and port under which the client reached the emulator; storage URLs start with it.
    /// - Returns: What the command answers.
    /// - Throws: ``EmulatorError``; anything outside the subset is a syntax error that says so.
    func execute(_ text: String, database: String, baseURL: String) throws -> ResultTable {
        if let inline = Self.inlineIngestion(text) {
            return try ingestInline(head: inline.head, data: inline.data, database: database)
        }
        var tokens = try TokenStream(text)
        try tokens.expect(".")
        guard case .name(let verb) = tokens.take() else { throw tokens.unexpected("a command") }
        let verbs = verb.lowercased()
        switch verbs {
        case "get":
            if tokens.skipWords("ingestion", "resources") { return ingestionResources(baseURL) }
            if tokens.skipWords("kusto", "identity", "token") {
                return ResultTable(
                    columns: [Column("AuthorizationContext", .string)],
                    rows: [[.string(context.identityToken)]]
                )
            }
        case "show":
            if tokens.skipWords("ingestion", "resources") { return ingestionResources(baseURL) }
            if let result = try show(&tokens, database) { return result }
        case "create", "create-merge", "create-or-alter", "alter", "alter-merge", "drop", "delete", "clear":
            if let result = try change(verbs, &tokens, database) { return result }
        default: break
        }
        throw Self.unknown(text)
    }

    /// The error for a command that is not implemented.
    static func unknown(_ text: String) -> EmulatorError {
        let head = text.prefix(120).replacing("\n", with: " ")
        return EmulatorError(.syntax, "Syntax error: the command '\(head)' is not in the emulator's subset")
    }

    private func ingestionResources(_ baseURL: String) -> ResultTable {
        ResultTable(
            columns: [Column("ResourceTypeName", .string), Column("StorageRoot", .string)],
            rows: context.layout.advertised.map { type, resource in
                [.string(type), .string("\(baseURL)\(resource.path)?\(context.access.query(for: resource))")]
            }
        )
    }

    /// The part of `.ingest inline into table T <| data` before and after the bar.
    private static func inlineIngestion(_ text: String) -> (head: String, data: String)? {
        guard text.drop(while: \.isWhitespace).lowercased().hasPrefix(".ingest inline"),
            let bar = text.firstRange(of: "<|")
        else { return nil }
        return (String(text[..<bar.lowerBound]), String(text[bar.upperBound...].drop { $0.isNewline || $0 == " " }))
    }

    private func ingestInline(head: String, data: String, database: String) throws -> ResultTable {
        var tokens = try TokenStream(head)
        try tokens.expect(".")
        try tokens.expectWord("ingest")
        try tokens.expectWord("inline")
        try tokens.expectWord("into")
        try tokens.expectWord("table")
        let properties = SourceProperties(database: database, table: try tokens.name(), format: .csv)
        let outcome: IngestionOutcome
        do {
            outcome = try context.ingestor.ingest(properties, packing: .none) { try $0(Array(data.utf8)) }
        } catch {
            throw EmulatorError(EmulatorError.Code(error.code.text), error.message, isPermanent: error.code.isPermanent)
        }
        return ResultTable(columns: [Column("RowCount", .long)], rows: [[.integer(Int64(outcome.rows))]])
    }
}
