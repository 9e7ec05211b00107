internal import Synchronization

/// The databases of the cluster with their tables, mappings and policies.
final class Catalog: Sendable {
    /// What a mapping or policy belongs to.
    enum Owner: Hashable, Sendable {
        case database
        case table(String)
    }

    private struct Database {
        let name: String
        var tables: [String: StoredTable] = [:]
        var mappings: [Owner: [String: IngestionMapping]] = [:]
        var policies: [Owner: [String: String]] = [:]
    }

    private let directory: DataDirectory
    private let databases: Mutex<[String: Database]>

    /// Creates a catalog with these databases; their names are compared without regard to case.
    init(databases names: [String], directory: DataDirectory) {
        self.directory = directory
        var databases: [String: Database] = [:]
        for name in names { databases[name.lowercased()] = Database(name: name) }
        self.databases = Mutex(databases)
    }

    /// The names of the databases, sorted.
    var databaseNames: [String] { databases.withLock { $0.values.map(\.name).sorted() } }

    /// Adds a database unless there is one of that name.
    func createDatabase(_ name: String) {
        databases.withLock { databases in
            if databases[name.lowercased()] == nil { databases[name.lowercased()] = Database(name: name) }
        }
    }

    /// The database's name as it was created; the SDKs' default database stands for the first one.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func databaseName(_ name: String) throws(EmulatorError) -> String { try read(name) { $0.name } }

    /// The tables of a database, sorted by name.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func tables(in database: String) throws(EmulatorError) -> [StoredTable] {
        try read(database) { $0.tables.values.sorted { $0.name < $1.name } }
    }

    /// The table of that name; case matters.
    /// - Throws: ``EmulatorError`` with `databaseNotFound` or `tableNotFound`.
    func table(_ name: String, in database: String) throws(EmulatorError) -> StoredTable {
        guard let table = try read(database, { $0.tables[name] }) else {
            throw EmulatorError(.tableNotFound, "Table '\(name)' could not be found in database '\(database)'")
        }
        return table
    }

    /// Creates a table, or returns the one that exists.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func createTable(
        _ name: String,
        columns: [Column],
        in database: String
    ) throws(EmulatorError) -> (table: StoredTable, isNew: Bool) {
        try write(database) { database in
            if let table = database.tables[name] { return (table, false) }
            let table = StoredTable(name: name, columns: columns, directory: directory)
            database.tables[name] = table
            return (table, true)
        }
    }

    /// Removes a table with its rows, mappings and policies; `nil` when there is none.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func dropTable(_ name: String, in database: String) throws(EmulatorError) -> StoredTable? {
        let table = try write(database) { database in
            database.mappings[.table(name)] = nil
            database.policies[.table(name)] = nil
            return database.tables.removeValue(forKey: name)
        }
        table?.clear()
        return table
    }

    /// Removes all rows of all tables.
    func clearRows() {
        let tables = databases.withLock { $0.values.flatMap { $0.tables.values } }
        for table in tables { table.clear() }
    }

    /// The mapping of that kind and name; a table's comes before its database's.
    /// - Throws: ``EmulatorError`` with `databaseNotFound` or `mappingNotFound`.
    func mapping(
        _ name: String,
        kind: MappingKind,
        table: String,
        in database: String
    ) throws(EmulatorError) -> IngestionMapping {
        let key = Self.key(kind, name)
        let found = try read(database) { $0.mappings[.table(table)]?[key] ?? $0.mappings[.database]?[key] }
        guard let found else {
            throw EmulatorError(
                .mappingNotFound,
                "Mapping reference '\(name)' of kind '\(kind.displayName)' in database '\(database)' could not be found"
            )
        }
        return found
    }

    /// The mappings of one owner, sorted by kind and name.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func mappings(of owner: Owner, in database: String) throws(EmulatorError) -> [IngestionMapping] {
        try read(database) { ($0.mappings[owner] ?? [:]).sorted { $0.key < $1.key }.map(\.value) }
    }

    /// Stores a mapping; returns `false`, and changes nothing, when there is one and it may not be replaced.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func setMapping(
        _ mapping: IngestionMapping,
        of owner: Owner,
        in database: String,
        replacing: Bool
    ) throws(EmulatorError) -> Bool {
        let key = Self.key(mapping.kind, mapping.name)
        return try write(database) { database in
            if !replacing, database.mappings[owner]?[key] != nil { return false }
            database.mappings[owner, default: [:]][key] = mapping
            return true
        }
    }

    /// Removes a mapping; returns whether there was one.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func removeMapping(
        _ name: String,
        kind: MappingKind,
        of owner: Owner,
        in database: String
    ) throws(EmulatorError) -> Bool {
        try write(database) { $0.mappings[owner]?.removeValue(forKey: Self.key(kind, name)) != nil }
    }

    /// A policy's JSON, or `nil` when it is not set there.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func policy(_ name: String, of owner: Owner, in database: String) throws(EmulatorError) -> String? {
        try read(database) { $0.policies[owner]?[name.lowercased()] }
    }

    /// Sets a policy's JSON, or takes it away.
    /// - Throws: ``EmulatorError`` with `databaseNotFound`.
    func setPolicy(_ name: String, _ json: String?, of owner: Owner, in database: String) throws(EmulatorError) {
        try write(database) { $0.policies[owner, default: [:]][name.lowercased()] = json }
    }

    private static func key(_ kind: MappingKind, _ name: String) -> String { "\(kind.rawValue) \(name)" }

    private func read<R>(_ name: String, _ body: (Database) -> R) throws(EmulatorError) -> R {
        try write(name) { body($0) }
    }

    private func write<R>(_ name: String, _ body: (inout Database) -> R) throws(EmulatorError) -> R {
        let result: R? = databases.withLock { databases in
            var key = name.lowercased()
            if databases[key] == nil, key.isEmpty || key == "netdefaultdb" { key = databases.keys.min() ?? key }
            guard var database = databases.removeValue(forKey: key) else { return nil }
            defer { databases[key] = database }
            return body(&database)
        }
        guard let result else { throw EmulatorError(.databaseNotFound, "Database '\(name)' could not be found") }
        return result
    }
}
