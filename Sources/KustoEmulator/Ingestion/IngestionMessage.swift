internal import FoundationEssentials
internal import JSON

/// The message that asks Data Management to ingest a blob.
struct IngestionMessage: Sendable {
    /// Who hears of the outcome.
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

    /// Reads a message: base64 or plain, then JSON with keys in any letter case.
    /// - Throws: ``IngestionFailure`` when it is not a message or lacks what it needs.
    init(_ text: String) throws(IngestionFailure) {
        let decoded = Data(base64Encoded: text.filter { !$0.isWhitespace }).map { [UInt8]($0) } ?? Array(text.utf8)
        guard let json = try? JSONValue(parsing: decoded), json.objectValue != nil else {
            throw IngestionFailure(.corruptedMessage, "the queue message is not base64 of a JSON object")
        }
        let members = FoldedMembers(json)
        let additional = FoldedMembers(members["additionalproperties"] ?? .null)
        guard let blobURL = members.text("blobpath"), let database = members.text("databasename"),
            let table = members.text("tablename")
        else {
            throw IngestionFailure(.corruptedMessage, "the queue message lacks BlobPath, DatabaseName or TableName")
        }
        self.blobURL = blobURL
        rawDataSize = members["rawdatasize"].flatMap { $0.intValue ?? $0.stringValue.flatMap { Int($0) } }
        retainsBlob = members.flag("retainblobonsuccess")
        reportLevel = Self.level(members["reportlevel"])
        (reportsToQueue, reportsToTable) = Self.method(members["reportmethod"])
        statusKey = Self.statusKey(members["ingestionstatusintable"])
        authorizationContext = additional.text("authorizationcontext") ?? ""
        let location = String(blobURL.prefix { $0 != "?" && $0 != ";" })
        let formatName = additional.text("format") ?? Self.extensionName(location)
        guard let format = DataFormat(name: formatName) else {
            throw IngestionFailure(.formatNotSupported, "the format '\(formatName)' is not known")
        }
        var properties = SourceProperties(database: database, table: table, format: format)
        let reference = additional.text("ingestionmappingreference") ?? additional.text("mappingreference")
        let inline = additional["ingestionmapping"].map { $0.stringValue ?? $0.text }
        switch (reference, inline) {
        case (.some, .some):
            throw IngestionFailure(.duplicateMapping, "the message has a mapping and a mapping reference")
        case (.some(let name), nil): properties.mapping = .reference(name)
        case (nil, .some(let text)): properties.mapping = .inline(text)
        case (nil, nil): break
        }
        properties.tags = try Self.strings(additional["tags"], "tags")
        properties.ingestIfNotExists = try Self.strings(additional["ingestifnotexists"], "ingestIfNotExists")
        properties.ignoreFirstRecord = additional.flag("ignorefirstrecord")
        properties.requiresConstantFields = Self.requiresConstantFields(
            additional["validationpolicy"] ?? members["validationpolicy"]
        )
        properties.sourceID = members.text("id") ?? UUID().uuidString.lowercased()
        properties.sourceLocation = location
        properties.ignoresSizeLimit = members.flag("ignoresizelimit")
        self.properties = properties
    }

    private static func level(_ value: JSONValue?) -> ReportLevel {
        switch value?.stringValue?.lowercased() ?? value?.text {
        case "1", "none": .none
        case "2", "failuresandsuccesses": .all
        default: .failuresOnly
        }
    }

    private static func method(_ value: JSONValue?) -> (queue: Bool, table: Bool) {
        switch value?.stringValue?.lowercased() ?? value?.text {
        case "1", "table": (false, true)
        case "2", "queueandtable": (true, true)
        default: (true, false)
        }
    }

    private static func statusKey(_ value: JSONValue?) -> (table: String, partition: String, row: String)? {
        let members = FoldedMembers(value ?? .null)
        guard let table = members.text("tableconnectionstring"), let partition = members.text("partitionkey"),
            let row = members.text("rowkey")
        else { return nil }
        return (table, partition, row)
    }

    /// Lists of strings come as text that holds a JSON array.
    private static func strings(_ value: JSONValue?, _ name: String) throws(IngestionFailure) -> [String] {
        guard let value, value != .null, value.stringValue != "" else { return [] }
        let array = value.arrayValue ?? value.stringValue.flatMap { try? JSONValue(parsing: $0) }?.arrayValue
        guard let array else { throw IngestionFailure(.malformedProperty, "\(name) is not a JSON array of strings") }
        return array.compactMap(\.stringValue)
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
