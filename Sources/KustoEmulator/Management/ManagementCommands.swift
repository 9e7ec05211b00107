/// Reads and executes management commands.
struct ManagementCommands: Sendable {
    /// What commands work on.
    let context: ManagementContext

    /// Executes a command.
    /// - Parameters:
    ///   - text: The command, starting with a dot.
    ///   - database: The database that the request names.
    ///   - caller: Where the command came in, and whose it is.
    /// - Returns: What the command answers.
    /// - Throws: ``EmulatorError``; anything outside the subset is a syntax error that says so.
    func execute(_ text: String, database: String, by caller: CommandCaller) throws -> ResultTable {
        if let inline = Self.inlineIngestion(text) {
            try check(caller, isForDataManagement: false)
            return try ingestInline(head: inline.head, data: inline.data, database: database)
        }
        var tokens = try TokenStream(text, language: .command)
        try tokens.expect(".")
        guard case .name(let verb) = tokens.take() else { throw tokens.unexpected("a command") }
        let verbs = verb.lowercased()
        if verbs == "show" || verbs == "get", tokens.skipWords("ingestion", "resources") {
            try check(caller, isForDataManagement: true)
            return ingestionResources(caller.baseURL)
        }
        if verbs == "get", tokens.skipWords("kusto", "identity", "token") {
            try check(caller, isForDataManagement: true)
            return ResultTable(
                columns: [Column("AuthorizationContext", .string)],
                rows: [[.string(context.identityTokens.issue(to: caller.application))]]
            )
        }
        if verbs == "show", tokens.skipWord("version") { return Self.version(of: caller.service) }
        try check(caller, isForDataManagement: false)
        switch verbs {
        case "show": if let result = try show(&tokens, database) { return result }
        case "create", "create-merge", "create-or-alter", "alter", "alter-merge", "drop", "delete", "clear":
            if let result = try change(verbs, &tokens, database) { return result }
        default: break
        }
        throw Self.unknown(text)
    }

    /// Refuses what belongs to the other service, where there are two.
    private func check(_ caller: CommandCaller, isForDataManagement: Bool) throws(EmulatorError) {
        switch (caller.service, isForDataManagement) {
        case (.everything, _), (.engine, false), (.dataManagement, true): return
        case (.engine, true), (.dataManagement, false):
            let other = isForDataManagement ? caller.addresses?.ingestion : caller.addresses?.engine
            let what = isForDataManagement ? "get ingestion resources from" : "execute this command at"
            throw EmulatorError(
                .wrongEndpoint,
                "Cannot \(what) this service endpoint. The appropriate endpoint is most likely '\(other ?? "")'.",
                isPermanent: false
            )
        }
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
        var tokens = try TokenStream(head, language: .command)
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
