/// Queue storage: Put, Get, Peek, Delete and Clear Messages.
struct QueueEndpoint: Sendable {
    /// The cluster.
    let parts: ClusterParts

    /// The most bytes of a message's text; Azure's limit.
    static let maximumMessageBytes = 64 << 10

    /// Answers a request on the messages of a queue.
    func reply(
        to request: EmulatorRequest,
        _ address: StorageAddress,
        in queue: StorageResource
    ) async throws -> EmulatorReply {
        let path = address.rest.split(separator: "/")
        guard path.first == "messages", path.count <= 2 else {
            return .storageError(400, "InvalidUri", "the URL names no messages")
        }
        let parameters = request.parameters
        let isPeek = parameters["peekonly"] == "true"
        let needed: String
        switch request.method {
        case "POST": needed = "a"
        case "GET": needed = isPeek ? "r" : "p"
        case "DELETE": needed = "p"
        default: return .storageError(405, "UnsupportedHttpVerb", "the resource does not support \(request.method)")
        }
        if case .refused(let code, let reason) = parts.access.check(address.parameters, for: queue, anyOf: needed) {
            return .storageError(403, code, reason)
        }
        switch request.method {
        case "POST": return try await put(request, parameters, queue)
        case "GET": return get(parameters, isPeek, queue)
        default:
            guard path.count == 2 else {
                parts.queues.removeAll(in: queue)
                return .empty(204)
            }
            let receipt = parameters["popreceipt"] ?? ""
            guard parts.queues.delete(id: String(path[1]), popReceipt: receipt, in: queue) else {
                return .storageError(
                    404,
                    "MessageNotFound",
                    "The specified message does not exist, or its receipt is not the latest."
                )
            }
            return .empty(204)
        }
    }

    private func put(
        _ request: EmulatorRequest,
        _ parameters: QueryParameters,
        _ queue: StorageResource
    ) async throws -> EmulatorReply {
        let body = String(decoding: try await request.collect(upTo: 256 << 10), as: UTF8.self)
        guard let text = XMLText.elements(["MessageText"], in: body).first?.text else {
            return .storageError(400, "InvalidXmlDocument", "XML specified is not syntactically valid.")
        }
        guard text.utf8.count <= Self.maximumMessageBytes else {
            return .storageError(413, "RequestBodyTooLarge", "The message is larger than 64 KiB.")
        }
        // Azure Storage, "Put Message": a lifetime of -1 is for ever; a message may be hidden for up to seven days,
        // less than it lives.
        guard let lifetime = Self.seconds(parameters["messagettl"], default: 604_800, in: -1...Self.maximumSeconds),
            lifetime != 0,
            let delay = Self.seconds(parameters["visibilitytimeout"], default: 0, in: 0...604_800),
            lifetime < 0 || delay < lifetime
        else { return Self.outOfRange }
        let isForIngestion = parts.layout.ingestionQueues.contains(queue)
        let wait = delay * DateTimeText.ticksPerSecond
        let ingestionDelay = isForIngestion ? WallClock.ticks(parts.configuration.ingestionDelaySeconds) : 0
        let message = parts.queues.put(
            text,
            in: queue,
            lifetime: lifetime < 0 ? nil : lifetime * DateTimeText.ticksPerSecond,
            delay: max(wait, ingestionDelay)
        )
        guard let message else {
            return .storageError(503, "ServerBusy", "the emulator's queues are full")
        }
        if isForIngestion { parts.dataManagement.wake() }
        return .xml(201, Self.list([message], withText: false, withReceipt: true))
    }

    private func get(_ parameters: QueryParameters, _ isPeek: Bool, _ queue: StorageResource) -> EmulatorReply {
        let limit = Int(parameters["numofmessages"] ?? "1") ?? 0
        guard (1...32).contains(limit) else {
            return .storageError(400, "OutOfRangeQueryParameterValue", "numofmessages must be from 1 to 32")
        }
        guard let hiding = Self.seconds(parameters["visibilitytimeout"], default: 30, in: 1...604_800) else {
            return Self.outOfRange
        }
        let messages =
            isPeek
            ? parts.queues.peek(limit, in: queue)
            : parts.queues.take(limit, in: queue, hiding: hiding * DateTimeText.ticksPerSecond)
        return .xml(200, Self.list(messages, withText: true, withReceipt: !isPeek))
    }

    /// The longest lifetime of a message in seconds: that of a 32-bit number, as Azure has it.
    private static let maximumSeconds = Int64(Int32.max)

    private static func seconds(_ text: String?, default seconds: Int64, in range: ClosedRange<Int64>) -> Int64? {
        guard let text else { return seconds }
        return Int64(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static var outOfRange: EmulatorReply {
        .storageError(
            400,
            "OutOfRangeQueryParameterValue",
            "One of the query parameters specified in the request URI is outside the permissible range."
        )
    }

    private static func list(_ messages: [QueueMessage], withText: Bool, withReceipt: Bool) -> String {
        let items = messages.map { message in
            var item = "<QueueMessage><MessageId>\(message.id)</MessageId>"
            item += "<InsertionTime>\(DateTimeText.formatHTTP(message.inserted))</InsertionTime>"
            item += "<ExpirationTime>\(DateTimeText.formatHTTP(message.expires))</ExpirationTime>"
            if withReceipt {
                item += "<PopReceipt>\(message.popReceipt)</PopReceipt>"
                item += "<TimeNextVisible>\(DateTimeText.formatHTTP(message.visible))</TimeNextVisible>"
            }
            if withText {
                item += "<DequeueCount>\(message.dequeueCount)</DequeueCount>"
                item += "<MessageText>\(XMLText.escape(message.text))</MessageText>"
            }
            return item + "</QueueMessage>"
        }
        return "<QueueMessagesList>\(items.joined())</QueueMessagesList>"
    }
}
