/// The comments at the head of a starter file: what to prepare in Azure Data Explorer, and what to run.
struct StarterPreparation {
    private let file: StarterFile

    init(_ file: StarterFile) { self.file = file }

    /// Returns the comments.
    /// - Parameter path: Where the file will be.
    func text(path: String) -> String {
        var lines = [
            "Brings the topic \(file.topic ?? "<topic>") into the table \(file.tableName) of the database \(file.databaseName).",
            "",
            "1. In Azure Data Explorer's query editor, as an administrator of the database, with your columns:",
            "",
        ]
        lines += commands.map { "   \($0)" }
        lines += ["", "2. In the shell:", ""]
        if !file.variables.isEmpty {
            lines.append("   export " + file.variables.map { "\($0)=…" }.joined(separator: " "))
        }
        lines += [
            "   kusto-sink-worker check --config \(path)", "   kusto-sink-worker run --config \(path)", "",
            "Every property: kusto-sink-worker properties, and kusto-sink-worker properties NAME for one of them.",
        ]
        return lines.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
    }

    /// Management commands that make the table, its mapping and the roles.
    private var commands: [String] {
        let table = Self.quoted(file.tableName)
        var commands = [".create table \(table) (id: string, time: datetime, amount: real)"]
        if file.needsMapping {
            let kind = file.format == "apacheavro" ? "apacheavro" : file.format == "avro" ? "avro" : "json"
            let columns = ["id", "time", "amount"].map { name in
                #"{"column":"\#(name)","Properties":{"Path":"$.\#(name)"}}"#
            }
            commands.append(
                ".create table \(table) ingestion \(kind) mapping '\(file.mappingName)' '[\(columns.joined(separator: ","))]'"
            )
        }
        let database = Self.quoted(file.databaseName)
        let principal = "aadapp=\(file.clientName);\(file.tenantName)"
        for role in ["ingestors", "viewers"] {
            commands.append(".add database \(database) \(role) ('\(principal)') 'kusto-sink'")
        }
        return commands
    }

    /// Names of letters, digits and underscores stand as they are; all others in brackets.
    private static func quoted(_ name: String) -> String {
        let isPlain =
            name.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || $0 == 0x5F }
            && name.first?.isNumber == false
        return isPlain || name.hasPrefix("<") ? name : "['\(name)']"
    }
}
