import Foundation
import JSON
import Testing

@testable import KustoEmulator

@Suite("A queue message is read strictly")
struct MessageTests {
    private func message(_ changes: [String: JSONValue], _ additional: [String: JSONValue]) throws -> IngestionMessage {
        var properties: JSONObject = ["authorizationContext": "token", "format": "json"]
        for (name, value) in additional { properties[name] = value }
        var object: JSONObject = [
            "Id": "2c183ca4-0bd7-47e9-881b-681df696a374", "BlobPath": "http://h/a/c/b.json.gz?sig=x",
            "DatabaseName": "D", "TableName": "T", "AdditionalProperties": .object(properties),
        ]
        for (name, value) in changes { object[name] = value }
        return try IngestionMessage(Data(JSONValue.object(object).serialized()).base64EncodedString())
    }

    @Test(
        "A field of the wrong type makes the message corrupt, and is named",
        arguments: [
            ("Id", "no guid"), ("Id", 5), ("BlobPath", 5), ("BlobPath", ""), ("DatabaseName", nil),
            ("TableName", ["T"]),
            ("RawDataSize", "many"), ("RawDataSize", -1), ("RawDataSize", 1.5), ("RetainBlobOnSuccess", "true"),
            ("FlushImmediately", 1), ("IgnoreSizeLimit", "no"), ("ReportLevel", 3), ("ReportLevel", "Everything"),
            ("ReportMethod", -1), ("ReportMethod", true), ("SourceMessageCreationTime", "yesterday"),
            ("IngestionStatusInTable", "row"), ("IngestionStatusInTable", ["PartitionKey": "p"]),
            ("AdditionalProperties", "{}"), ("AdditionalProperties", nil),
        ] as [(String, JSONValue)]
    )
    func wrongType(field: String, value: JSONValue) throws {
        let failure = #expect(throws: IngestionFailure.self) { try message([field: value], [:]) }
        #expect(failure?.code == .corruptedMessage)
        #expect(failure?.message.contains(field) == true)
    }

    @Test("Both spellings that SDKs use are read")
    func spellings() throws {
        let python = try message(
            ["RawDataSize": 80, "ReportLevel": 1, "ReportMethod": 0, "RetainBlobOnSuccess": true],
            ["ignoreFirstRecord": true]
        )
        #expect(python.rawDataSize == 80)
        #expect(python.reportLevel == .none)
        #expect(python.properties.ignoreFirstRecord)
        let java = try message(
            ["RawDataSize": nil, "ReportLevel": "FailuresAndSuccesses", "ReportMethod": "QueueAndTable"],
            ["ignoreFirstRecord": "false"]
        )
        #expect(java.rawDataSize == nil)
        #expect(java.reportLevel == .all)
        #expect(java.reportsToQueue && java.reportsToTable)
        #expect(!java.properties.ignoreFirstRecord)
    }

    @Test(
        "The mapping's kind must be one that fits the format",
        arguments: [
            ("json", "Json", nil), ("multijson", "Json", nil), ("tsv", "Csv", nil), ("avro", "ApacheAvro", nil),
            ("apacheavro", "Avro", nil), ("parquet", "Parquet", nil), ("sstream", "SStream", nil),
            ("json", "json", "BadRequest_MalformedIngestionProperty"),
            ("csv", "Tsv", "BadRequest_MalformedIngestionProperty"), ("csv", "Json", "BadRequest_InvalidMapping"),
            ("json", "Csv", "BadRequest_InvalidMapping"), ("orc", "Parquet", "BadRequest_InvalidMapping"),
        ] as [(String, String, String?)]
    )
    func mappingType(format: String, kind: String, code: String?) throws {
        let properties: [String: JSONValue] = [
            "format": .string(format), "ingestionMappingReference": "m", "ingestionMappingType": .string(kind),
        ]
        if let code {
            let failure = #expect(throws: IngestionFailure.self) { try message([:], properties) }
            #expect(failure?.code.text == code)
        } else {
            #expect(try message([:], properties).properties.mapping == .reference("m"))
        }
    }

    @Test("Lists must be texts that hold JSON", arguments: ["[1]", "a", "{}"])
    func lists(text: String) throws {
        let failure = #expect(throws: IngestionFailure.self) { try message([:], ["tags": .string(text)]) }
        #expect(failure?.code == .malformedProperty)
    }

    @Test("A message that is not base64 of an object is corrupt", arguments: ["", "e30", "{}", "e3 0=", "bnVsbA=="])
    func encoding(text: String) throws {
        let failure = #expect(throws: IngestionFailure.self) { try IngestionMessage(text) }
        #expect(failure?.code == .corruptedMessage)
    }
}
