/// The scalar types of ADX columns.
package enum ColumnType: String, Sendable, CaseIterable {
    case bool, int, long, real, decimal, datetime, timespan, guid, string, dynamic

    /// Reads a type as commands and mappings write it, synonyms and .NET names included.
    init?(name: some StringProtocol) {
        switch name.lowercased() {
        case "bool", "boolean", "system.boolean", "sbyte", "system.sbyte": self = .bool
        case "int", "int32", "system.int32", "uint": self = .int
        case "long", "int64", "system.int64", "ulong": self = .long
        case "real", "double", "system.double", "float": self = .real
        case "decimal", "sqldecimal", "system.data.sqltypes.sqldecimal": self = .decimal
        case "datetime", "date", "system.datetime": self = .datetime
        case "timespan", "time", "system.timespan": self = .timespan
        case "guid", "uuid", "uniqueid", "system.guid": self = .guid
        case "string", "system.string": self = .string
        case "dynamic", "object", "system.object": self = .dynamic
        default: return nil
        }
    }

    /// The type's .NET name without its namespace, as `DataType` in v1 results.
    var dataType: String {
        switch self {
        case .bool: "SByte"
        case .int: "Int32"
        case .long: "Int64"
        case .real: "Double"
        case .decimal: "SqlDecimal"
        case .datetime: "DateTime"
        case .timespan: "TimeSpan"
        case .guid: "Guid"
        case .string: "String"
        case .dynamic: "Object"
        }
    }

    /// The type's full .NET name, as in `.show table T schema as json`.
    var systemType: String {
        self == .decimal ? "System.Data.SqlTypes.SqlDecimal" : "System.\(dataType)"
    }
}
