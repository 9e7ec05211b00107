internal import FoundationEssentials
internal import JSON

/// The outcome of one source as reports carry it.
struct StatusReport {
    private let message: IngestionMessage
    private let result: Result<IngestionOutcome, IngestionFailure>
    private let time: String
    private let operationID = UUID().uuidString.lowercased()
    private let activityID = UUID().uuidString.lowercased()

    /// Creates a report; `time` in ticks.
    init(message: IngestionMessage, result: Result<IngestionOutcome, IngestionFailure>, time: Int64) {
        self.message = message
        self.result = result
        self.time = DateTimeText.format(time)
    }

    /// The message for the success or failure queue.
    var queueMessage: JSONValue {
        var object: JSONObject = [
            "OperationId": .string(operationID), "Database": .string(message.properties.database),
            "Table": .string(message.properties.table), "IngestionSourceId": .string(message.properties.sourceID),
            "IngestionSourcePath": .string(message.properties.sourceLocation), "RootActivityId": .string(activityID),
        ]
        switch result {
        case .success: object["SucceededOn"] = .string(time)
        case .failure(let failure):
            object["FailedOn"] = .string(time)
            object["Details"] = .string(failure.message)
            object["ErrorCode"] = .string(failure.code.text)
            object["FailureStatus"] = .string(failure.code.isPermanent ? "Permanent" : "Transient")
            object["OriginatesFromUpdatePolicy"] = false
            object["ShouldRetry"] = .bool(!failure.code.isPermanent)
        }
        return .object(object)
    }

    /// The properties that the status row gets.
    var row: JSONObject {
        var row: JSONObject = [
            "OperationId": .string(operationID), "ActivityId": .string(activityID), "UpdatedOn": .string(time),
            "OriginatesFromUpdatePolicy": false,
        ]
        switch result {
        case .success(let outcome): row["Status"] = outcome.isDuplicate ? "Skipped" : "Succeeded"
        case .failure(let failure):
            row["Status"] = "Failed"
            row["ErrorCode"] = .string(failure.code.text)
            row["FailureStatus"] = .string(failure.code.isPermanent ? "Permanent" : "Transient")
            row["Details"] = .string(failure.message)
        }
        return row
    }
}
