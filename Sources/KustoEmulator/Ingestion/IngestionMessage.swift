internal import FoundationEssentials
internal import JSON

/// The message that asks Data Management to ingest a blob.
struct IngestionMessage: Sendable {
    /// Which outcomes are reported.
    enum ReportLevel: Sendable, Equatable {
        case failuresOnly, none, all
    }

    /// The blob's URL as the client sent it, with its signature.
    let blobURL: String
    /// Bytes of data before compression, if the client said so.
    let rawDataSize: Int?
    /// Whether the blob stays after success.
    let retainsBlob: Bool
    /// What is reported.
    let reportLevel: ReportLevel
    /// Whether reports go to the queues.
    let reportsToQueue: Bool
    /// Whether reports go to the status table.
    let reportsToTable: Bool
    /// The status row's partition and row key, if there is one.
    let statusKey: (table: String, partition: String, row: String)?
    /// The identity token.
    let authorizationContext: String
    /// What to ingest and how.
    let properties: SourceProperties

    /// Reads a message: base64 of a JSON object with keys in any letter case.
    /// - Throws: ``IngestionFailure`` when it is not a message, lacks what it needs or has a field of the wrong type.
    init(_ text: String) throws(IngestionFailure) {
        guard let decoded = Data(base64Encoded: text), let json = try? JSONValue(parsing: [UInt8](decoded)),
            json.objectValue != nil
        else {
            throw IngestionFailure(.corruptedMessage, "the queue message is not base64 of a JSON object")
        }
        let fields = MessageFields(json)
        guard let additional = try fields.object("AdditionalProperties") else {
            throw IngestionFailure(.corruptedMessage, "the queue message lacks AdditionalProperties")
        }
        blobURL = try fields.required("BlobPath")
        rawDataSize = try fields.size("RawDataSize")
        retainsBlob = try fields.flag("RetainBlobOnSuccess")
        _ = try fields.flag("FlushImmediately")
        _ = try fields.moment("SourceMessageCreationTime")
        reportLevel = try Self.level(fields)
        (reportsToQueue, reportsToTable) = try Self.method(fields)
        statusKey = try Self.statusKey(fields)
        authorizationContext = try additional.text("authorizationContext") ?? ""
        properties = try Self.properties(
            fields,
            additional,
            location: String(blobURL.prefix { $0 != "?" && $0 != ";" })
        )
    }

    private static func properties(
        _ fields: MessageFields,
        _ additional: MessageFields,
        location: String
    ) throws(IngestionFailure) -> SourceProperties {
        let formatName = try additional.text("format") ?? extensionName(location)
        guard let format = DataFormat(name: formatName) else {
            throw IngestionFailure(.formatNotSupported, "the format '\(formatName)' is not known")
        }
        var properties = SourceProperties(
            database: try fields.required("DatabaseName"),
            table: try fields.required("TableName"),
            format: format
        )
        properties.mapping = try mapping(additional, format)
        properties.tags = try strings(additional, "tags")
        properties.ingestIfNotExists = try strings(additional, "ingestIfNotExists")
        properties.creationTime = try creationTime(additional)
        properties.ignoreFirstRecord = try additional.flag("ignoreFirstRecord", asText: true)
        properties.requiresConstantFields = requiresConstantFields(
            additional.value("validationPolicy") ?? fields.value("ValidationPolicy")
        )
        properties.sourceID = try fields.identifier("Id") ?? UUID().uuidString.lowercased()
        properties.sourceLocation = location
        properties.ignoresSizeLimit = try fields.flag("IgnoreSizeLimit")
        return properties
    }

    /// The mapping, whose kind must be the one that the format has.
    private static func mapping(
        _ additional: MessageFields,
        _ format: DataFormat
    ) throws(IngestionFailure) -> SourceProperties.Mapping {
        if let name = try additional.text("ingestionMappingType") {
            guard let kind = MappingKind(messageName: name) else {
                throw IngestionFailure(
                    .malformedProperty,
                    "ingestionMappingType '\(name)' is not one of \(MappingKind.messageNames)"
                )
            }
            guard kind == format.mappingKind else {
                throw IngestionFailure(
                    .invalidMapping,
                    "ingestionMappingType '\(name)' does not fit the format '\(format.rawValue)', whose mappings are "
                        + format.mappingKind.displayName
                )
            }
        }
        let reference =
            if let name = try additional.text("ingestionMappingReference") {
                String?(name)
            } else {
                try additional.text("mappingReference")
            }
        let inline = try additional.text("ingestionMapping")
        switch (reference, inline) {
        case (.some, .some):
            throw IngestionFailure(.duplicateMapping, "the message has a mapping and a mapping reference")
        case (.some(let name), nil): return .reference(name)
        case (nil, .some(let text)): return .inline(text)
        case (nil, nil): return .none
        }
    }

    private static func level(_ fields: MessageFields) throws(IngestionFailure) -> ReportLevel {
        switch try fields.choice("ReportLevel", of: ["FailuresOnly", "None", "FailuresAndSuccesses"]) {
        case 1: .none
        case 2: .all
        default: .failuresOnly
        }
    }

    private static func method(_ fields: MessageFields) throws(IngestionFailure) -> (queue: Bool, table: Bool) {
        switch try fields.choice("ReportMethod", of: ["Queue", "Table", "QueueAndTable", "AzureMonitor"]) {
        case 1: (false, true)
        case 2: (true, true)
        case 3: (false, false)
        default: (true, false)
        }
    }

    private static func statusKey(
        _ fields: MessageFields
    ) throws(IngestionFailure) -> (table: String, partition: String, row: String)? {
        guard let status = try fields.object("IngestionStatusInTable") else { return nil }
        return (
            try status.required("TableConnectionString"), try status.required("PartitionKey"),
            try status.required("RowKey")
        )
    }

    /// Reads a list of strings, which comes as a text that holds a JSON array.
    private static func strings(_ fields: MessageFields, _ name: String) throws(IngestionFailure) -> [String] {
        guard let text = try fields.text(name) else { return [] }
        let array = (try? JSONValue(parsing: text))?.arrayValue
        guard let array, array.allSatisfy({ $0.stringValue != nil }) else {
            throw IngestionFailure(.malformedProperty, "\(name) is not a JSON array of strings")
        }
        return array.compactMap(\.stringValue)
    }

    private static func creationTime(_ additional: MessageFields) throws(IngestionFailure) -> Int64? {
        guard let text = try additional.text("creationTime") else { return nil }
        guard let ticks = DateTimeText.parse(text) else {
            throw IngestionFailure(.malformedProperty, "creationTime '\(text)' is not a date and time")
        }
        return ticks
    }

    private static func requiresConstantFields(_ value: JSONValue?) -> Bool {
        guard let value else { return false }
        let policy = FoldedMembers(value.stringValue.flatMap { try? JSONValue(parsing: $0) } ?? value)
        let options = policy["validationoptions"].map { $0.stringValue ?? $0.text } ?? ""
        let implications = (policy["validationimplications"] ?? policy["validationpolicytype"]).map {
            $0.stringValue ?? $0.text
        }
        let isStrict = implications == nil || implications == "0" || implications?.lowercased() == "fail"
        return isStrict && (options == "1" || options.lowercased() == "validatecsvinputconstantcolumns")
    }

    private static func extensionName(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(separator: ".").filter { !["gz", "zip"].contains($0.lowercased()) }
        return parts.count > 1 ? String(parts[parts.count - 1]) : "csv"
    }
}
