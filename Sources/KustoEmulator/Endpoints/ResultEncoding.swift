internal import JSON

/// Results as the v1 and v2 protocols write them.
enum ResultEncoding {
    /// A v1 answer: one table.
    static func version1(_ table: ResultTable) -> [UInt8] {
        let columns = table.columns.map { column -> JSONValue in
            [
                "ColumnName": .string(column.name), "DataType": .string(column.type.dataType),
                "ColumnType": .string(column.type.rawValue),
            ]
        }
        var bytes = Array("{\"Tables\":[{\"TableName\":\"Table_0\",\"Columns\":".utf8)
        bytes += JSONValue.array(columns).serialized()
        bytes += Array(",\"Rows\":[".utf8)
        append(table.rows, to: &bytes)
        bytes += Array("]}]}".utf8)
        return bytes
    }

    /// A v2 answer: the frames around one primary result.
    static func version2(_ table: ResultTable, requestID: String) -> [UInt8] {
        var bytes = Array("[{\"FrameType\":\"DataSetHeader\",\"IsProgressive\":false,\"Version\":\"v2.0\"},".utf8)
        let properties = [("TableId", ColumnType.int), ("Key", .string), ("Value", .dynamic)]
        bytes += frame(0, "QueryProperties", "@ExtendedProperties", properties.map { Column($0.0, $0.1) }, [])
        bytes += Array(",".utf8)
        bytes += frame(1, "PrimaryResult", "PrimaryResult", table.columns, table.rows)
        bytes += Array(",".utf8)
        bytes += frame(
            2,
            "QueryCompletionInformation",
            "QueryCompletionInformation",
            completionColumns,
            [completion(requestID)]
        )
        bytes += Array(",{\"FrameType\":\"DataSetCompletion\",\"HasErrors\":false,\"Cancelled\":false}]".utf8)
        return bytes
    }

    private static let completionColumns = [
        Column("Timestamp", .datetime), Column("ClientRequestId", .string), Column("ActivityId", .guid),
        Column("SubActivityId", .guid), Column("ParentActivityId", .guid), Column("Level", .int),
        Column("LevelName", .string), Column("StatusCode", .int), Column("StatusCodeName", .string),
        Column("EventType", .int), Column("EventTypeName", .string), Column("Payload", .string),
    ]

    private static func completion(_ requestID: String) -> [CellValue] {
        let none = CellValue.guid("00000000-0000-0000-0000-000000000000")
        return [
            .datetime(WallClock.system.now()), .string(requestID), none, none, none, .integer(4), .string("Info"),
            .integer(0), .string("S_OK (0)"), .integer(4), .string("QueryInfo"),
            .string("{\"Count\":1,\"Text\":\"Query completed successfully\"}"),
        ]
    }

    private static func frame(
        _ id: Int,
        _ kind: String,
        _ name: String,
        _ columns: [Column],
        _ rows: [[CellValue]]
    ) -> [UInt8] {
        let described = columns.map { column -> JSONValue in
            ["ColumnName": .string(column.name), "ColumnType": .string(column.type.rawValue)]
        }
        let head =
            "{\"FrameType\":\"DataTable\",\"TableId\":\(id),\"TableKind\":\"\(kind)\",\"TableName\":\"\(name)\",\"Columns\":"
        var bytes = Array(head.utf8)
        bytes += JSONValue.array(described).serialized()
        bytes += Array(",\"Rows\":[".utf8)
        append(rows, to: &bytes)
        bytes += Array("]}".utf8)
        return bytes
    }

    /// Row by row, so that a large result is never in memory both as values and as JSON values.
    private static func append(_ rows: [[CellValue]], to bytes: inout [UInt8]) {
        for (index, row) in rows.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            bytes += JSONValue.array(row.map(\.json)).serialized()
        }
    }
}
