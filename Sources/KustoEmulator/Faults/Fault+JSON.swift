internal import JSON

/// Faults as the fault API reads and writes them.
///
/// An example is `{"endpoint":"blob","kind":"throttle","retryAfter":1,"count":3}`.
extension Fault {
    /// Reads a fault.
    /// - Throws: ``EmulatorError`` with `semantic`, naming the member that cannot be used.
    init(_ json: JSONValue) throws(EmulatorError) {
        guard let object = json.objectValue else { throw EmulatorError(.semantic, "a fault is a JSON object") }
        let known: Set<String> = [
            "kind", "endpoint", "account", "method", "contains", "after", "count", "seconds", "probability", "seed",
            "milliseconds",
            "retryAfter", "bytes", "status", "body", "permanent", "code", "data",
        ]
        if let unknown = object.keys.first(where: { !known.contains($0) }) {
            throw EmulatorError(
                .semantic,
                "a fault has no member '\(unknown)'; it has \(known.sorted().joined(separator: ", "))"
            )
        }
        self.init(try Self.kind(json))
        if let name = json["endpoint"]?.stringValue {
            guard let endpoint = FaultEndpoint(rawValue: name) else {
                let names = FaultEndpoint.allCases.map(\.rawValue).joined(separator: ", ")
                throw EmulatorError(.semantic, "no endpoint '\(name)'; there are \(names)")
            }
            self.endpoint = endpoint
        }
        account = json["account"]?.stringValue
        method = json["method"]?.stringValue
        contains = json["contains"]?.stringValue
        after = json["after"]?.intValue ?? 0
        count = json["count"]?.intValue
        if let seconds = json["seconds"]?.doubleValue {
            guard (0...1e9).contains(seconds) else { throw EmulatorError(.semantic, "seconds go from 0 to 1e9") }
            duration = .milliseconds(Int64(seconds * 1000))
        }
        probability = json["probability"]?.doubleValue ?? 1
        seed = UInt64(clamping: json["seed"]?.intValue ?? 1)
    }

    /// The fault as the API lists it.
    var json: JSONValue {
        var object = kindJSON
        if let endpoint { object["endpoint"] = .string(endpoint.rawValue) }
        if let account { object["account"] = .string(account) }
        if let method { object["method"] = .string(method) }
        if let contains { object["contains"] = .string(contains) }
        if after > 0 { object["after"] = .integer(Int64(after)) }
        if let count { object["count"] = .integer(Int64(count)) }
        if let duration {
            object["seconds"] = .double(
                Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
            )
        }
        if probability < 1 { object["probability"] = .double(probability) }
        return .object(object)
    }

    private static func kind(_ json: JSONValue) throws(EmulatorError) -> Kind {
        let isPermanent = json["permanent"]?.boolValue ?? false
        switch json["kind"]?.stringValue {
        case "refuse": return .refuse
        case "silence": return .silence
        case "cutUpload":
            guard let bytes = json["bytes"]?.intValue, bytes >= 0 else {
                throw EmulatorError(.semantic, "a cutUpload needs bytes from 0 on")
            }
            return .cutUpload(afterBytes: bytes)
        case "delay":
            guard let milliseconds = json["milliseconds"]?.intValue, (0...600_000).contains(milliseconds) else {
                throw EmulatorError(.semantic, "a delay needs milliseconds from 0 to 600000")
            }
            return .delay(milliseconds: milliseconds)
        case "throttle": return .throttle(retryAfter: json["retryAfter"]?.intValue)
        case "cut": return .cut(afterBytes: json["bytes"]?.intValue)
        case "answer":
            guard let status = json["status"]?.intValue, (200...599).contains(status) else {
                throw EmulatorError(.semantic, "an answer needs a status from 200 to 599")
            }
            return .answer(status: status, body: json["body"]?.stringValue, isPermanent: isPermanent)
        case "duplicate": return .duplicate
        case "reject":
            guard let data = json["data"]?.stringValue, !data.isEmpty else {
                throw EmulatorError(.semantic, "a reject needs data, the text that a source must not hold")
            }
            return .reject(
                data: data,
                code: json["code"]?.stringValue ?? "BadRequest_NoRecordsOrWrongFormat",
                isPermanent: json["permanent"]?.boolValue ?? true
            )
        case "fail":
            return .fail(code: json["code"]?.stringValue ?? "General_InternalServerError", isPermanent: isPermanent)
        default:
            throw EmulatorError(
                .semantic,
                "a fault's kind is refuse, silence, delay, throttle, cut, cutUpload, answer, duplicate, reject or fail"
            )
        }
    }

    private var kindJSON: JSONObject {
        switch kind {
        case .refuse: ["kind": "refuse"]
        case .silence: ["kind": "silence"]
        case .cutUpload(let bytes): ["kind": "cutUpload", "bytes": .integer(Int64(bytes))]
        case .delay(let milliseconds): ["kind": "delay", "milliseconds": .integer(Int64(milliseconds))]
        case .throttle(let seconds): ["kind": "throttle", "retryAfter": seconds.map { .integer(Int64($0)) } ?? .null]
        case .cut(let bytes): ["kind": "cut", "bytes": bytes.map { .integer(Int64($0)) } ?? .null]
        case .answer(let status, let body, let isPermanent):
            [
                "kind": "answer", "status": .integer(Int64(status)), "body": body.map { .string($0) } ?? .null,
                "permanent": .bool(isPermanent),
            ]
        case .duplicate: ["kind": "duplicate"]
        case .reject(let data, let code, let isPermanent):
            ["kind": "reject", "data": .string(data), "code": .string(code), "permanent": .bool(isPermanent)]
        case .fail(let code, let isPermanent): ["kind": "fail", "code": .string(code), "permanent": .bool(isPermanent)]
        }
    }
}
