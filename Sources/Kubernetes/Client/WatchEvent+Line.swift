internal import JSON

extension WatchEvent {
    /// What a line of a watch says.
    enum Line: Sendable, Hashable {
        case event(WatchEvent)
        /// A type that this program does not know.
        case unknown(type: String)
    }

    /// Reads a line of a watch.
    /// - Throws: ``APIError`` with `malformed` when it is none.
    static func line(_ bytes: [UInt8], of call: APICall) throws(APIError) -> Line {
        guard let value = try? JSONValue(parsing: bytes), let type = value["type"]?.stringValue,
            let json = value["object"], json.objectValue != nil
        else { throw APIError(.malformed, "cannot \(call.action): the server sent a line that is no event") }
        let object = KubernetesObject(json)
        switch type {
        case "ADDED": return .event(.added(object))
        case "MODIFIED": return .event(.modified(object))
        case "DELETED": return .event(.deleted(object))
        case "BOOKMARK": return .event(.bookmark(resourceVersion: object.resourceVersion))
        case "ERROR":
            return .event(.failed(APIError(status: json["code"]?.intValue ?? 0, body: json, of: call)))
        default: return .unknown(type: type)
        }
    }
}
