internal import JSON

/// A OneApiError, the body of every refusal by the engine and Data Management.
enum KustoErrorBody {
    /// The answer for an error.
    static func reply(_ error: EmulatorError, requestID: String) -> EmulatorReply {
        let (status, type) =
            switch error.code {
            case .storage: (500, "Kusto.Data.Exceptions.KustoServiceException")
            // A command for the other service is refused as not permanent, with the status of a bad request.
            case .wrongEndpoint: (400, "Kusto.Common.Svc.Exceptions.AdminCommandWrongEndpointException")
            case .forbidden: (403, "Kusto.Data.Exceptions.KustoRequestDeniedException")
            default: (error.isPermanent ? 400 : 503, "Kusto.Data.Exceptions.KustoBadRequestException")
            }
        return reply(
            status,
            code: error.code.description,
            message: error.message,
            isPermanent: error.isPermanent,
            requestID: requestID,
            type: type
        )
    }

    /// The answer for a status, a code and a sentence.
    static func reply(
        _ status: Int,
        code: String,
        message: String,
        isPermanent: Bool,
        requestID: String,
        type: String = "Kusto.Data.Exceptions.KustoBadRequestException"
    ) -> EmulatorReply {
        let error: JSONObject = [
            "code": .string(code), "message": "Request is invalid and cannot be executed.", "@type": .string(type),
            "@message": .string(message),
            "@context": [
                "timestamp": .string(DateTimeText.format(WallClock.system.now())), "serviceAlias": "EMULATOR",
                "machineName": "emulator", "processName": "kusto-emulator", "processId": 1, "threadId": 1,
                "clientRequestId": .string(requestID), "activityId": .string(requestID),
            ],
            "@permanent": .bool(isPermanent),
        ]
        return .json(status, ["error": .object(error)])
    }
}
