/// Blob storage: Put Blob, Put Block, Put Block List, Get, Head and Delete.
struct BlobEndpoint: Sendable {
    /// The cluster.
    let parts: ClusterParts

    /// Answers a request on a blob of a container.
    func reply(
        to request: EmulatorRequest,
        _ address: StorageAddress,
        in container: StorageResource
    ) async throws -> EmulatorReply {
        let needed: String
        switch request.method {
        case "PUT": needed = "cw"
        case "GET", "HEAD": needed = "r"
        case "DELETE": needed = "d"
        default: return .storageError(405, "UnsupportedHttpVerb", "the resource does not support \(request.method)")
        }
        if case .refused(let reason) = parts.access.check(signature: address.signature, for: container, anyOf: needed) {
            return .storageError(403, "AuthenticationFailed", "Server failed to authenticate the request: \(reason)")
        }
        guard !address.rest.isEmpty else {
            return .storageError(400, "InvalidUri", "the URL names no blob")
        }
        let name = "\(address.account)/\(address.name)/\(address.rest)"
        switch request.method {
        case "PUT": return try await put(request, name)
        case "DELETE":
            guard parts.blobs.remove(name) else { return notFound }
            return .empty(202)
        default: return get(request, name)
        }
    }

    private var notFound: EmulatorReply { .storageError(404, "BlobNotFound", "The specified blob does not exist.") }

    private func put(_ request: EmulatorRequest, _ name: String) async throws -> EmulatorReply {
        let parameters = request.parameters
        let replacing = request.header("If-None-Match") != "*"
        switch parameters["comp"] {
        case nil:
            guard request.header("x-ms-blob-type")?.lowercased() == "blockblob" else {
                return .storageError(400, "InvalidHeaderValue", "x-ms-blob-type must be BlockBlob")
            }
            guard let content = try await save(request) else { return lengthRequired }
            return created(parts.blobs.store(content, as: name, replacing: replacing))
        case "block":
            guard let id = parameters["blockid"], !id.isEmpty else {
                return .storageError(400, "InvalidQueryParameterValue", "blockid is missing")
            }
            guard let content = try await save(request) else { return lengthRequired }
            parts.blobs.stage(content, block: id, of: name)
            return .empty(201, [("x-ms-request-server-encrypted", "true")])
        case "blocklist":
            let text = String(decoding: try await request.collect(upTo: 16 << 20), as: UTF8.self)
            let ids = XMLText.elements(["Latest", "Uncommitted", "Committed"], in: text)
            let blobs = parts.blobs
            do {
                return created(
                    try await parts.blocking.run { try blobs.commit(blocks: ids, of: name, replacing: replacing) }
                )
            } catch let error as EmulatorError where error.code == .entityNotFound {
                return .storageError(400, "InvalidBlockList", error.message)
            }
        case .some(let other):
            return .storageError(400, "InvalidQueryParameterValue", "comp=\(other) is not served")
        }
    }

    /// Writes the body to storage as it comes.
    /// - Returns: `nil` when it has no length. Of a body that breaks off nothing is stored.
    private func save(_ request: EmulatorRequest) async throws -> StoredBytes? {
        guard let length = request.header("Content-Length").flatMap({ Int($0) }), length >= 0 else { return nil }
        let content = try parts.blobs.reserve(length)
        var size = 0
        try await request.forEachChunk { chunk in
            try content.write(chunk, at: size)
            size += chunk.count
        }
        return content
    }

    private var lengthRequired: EmulatorReply {
        .storageError(411, "MissingContentLengthHeader", "Content-Length was not specified.")
    }

    private func created(_ blob: BlobStore.Blob?) -> EmulatorReply {
        guard let blob else {
            return .storageError(409, "BlobAlreadyExists", "The specified blob already exists.")
        }
        return .empty(201, Self.headers(of: blob) + [("x-ms-request-server-encrypted", "true")])
    }

    private func get(_ request: EmulatorRequest, _ name: String) -> EmulatorReply {
        guard let blob = parts.blobs[name] else { return notFound }
        var headers = Self.headers(of: blob)
        headers += [
            ("x-ms-blob-type", "BlockBlob"), ("Accept-Ranges", "bytes"), ("Content-Type", "application/octet-stream"),
        ]
        guard let text = request.header("x-ms-range") ?? request.header("Range") else {
            return EmulatorReply(status: 200, headers: headers, body: .stored(blob.content))
        }
        guard let range = ByteRange.parse(text, size: blob.content.count) else {
            return .storageError(
                416,
                "InvalidRange",
                "The range specified is invalid for the current size of the resource."
            )
        }
        headers.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(blob.content.count)"))
        return EmulatorReply(status: 206, headers: headers, body: .stored(blob.content.part(range)))
    }

    private static func headers(of blob: BlobStore.Blob) -> [(name: String, value: String)] {
        [("ETag", blob.tag), ("Last-Modified", DateTimeText.formatHTTP(blob.modified))]
    }
}
