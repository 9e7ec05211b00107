internal import JSON

/// The error body of the engine and of Data Management (Microsoft REST API guidelines, "OneApiError").
struct OneAPIError: Sendable {
    /// What an error is about, as far as the sink can tell people what to do.
    enum Subject {
        case database, table, mapping, rights
    }

    let code: String
    let message: String
    /// The name of the service's exception, such as `Kusto.Data.Exceptions.KustoRequestThrottledException`.
    let type: String
    /// Whether the service says that trying again is useless; `nil` when it does not say.
    let isPermanent: Bool?

    /// Reads a body `{"error":{…}}`; `nil` when it is none.
    init?(_ body: [UInt8]) {
        guard let value = try? JSONValue(parsing: body), let error = OneAPIError(value["error"]) else { return nil }
        self = error
    }

    /// Reads the object inside `error`.
    init?(_ value: JSONValue?) {
        guard let value, value.objectValue != nil else { return nil }
        code = value["code"]?.stringValue ?? ""
        message = value["@message"]?.stringValue ?? value["message"]?.stringValue ?? ""
        type = value["@type"]?.stringValue ?? ""
        isPermanent = value["@permanent"]?.boolValue
    }

    /// The code, unless it is empty.
    var name: String? { code.isEmpty ? nil : code }

    /// Code and message, on one line.
    var text: String {
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? code : code.isEmpty ? line : "\(code): \(line)"
    }

    /// Whether the service asks for fewer requests, whatever the status of the answer.
    var isThrottling: Bool {
        code == "TooManyRequests" || code.lowercased().contains("throttl") || type.lowercased().contains("throttl")
    }

    var subject: Subject? {
        switch code {
        case "BadRequest_DatabaseNotExist": .database
        case "BadRequest_TableNotExist": .table
        case "BadRequest_MappingReferenceWasNotFound": .mapping
        case "Forbidden": .rights
        default: bySentence
        }
    }

    /// Codes such as `General_BadRequest` say nothing about the subject; then only the message does.
    private var bySentence: Subject? {
        let text = message.lowercased()
        if text.contains("forbidden") { return .rights }
        guard
            text.contains("not found") || text.contains("could not be found") || text.contains("failed to resolve")
                || text.contains("does not exist")
        else { return nil }
        if text.contains("mapping") { return .mapping }
        if text.contains("database") { return .database }
        return text.contains("table") || text.contains("failed to resolve") ? .table : nil
    }
}
