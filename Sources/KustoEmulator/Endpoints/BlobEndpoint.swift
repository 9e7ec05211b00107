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
        if case .refused(let code, let reason) = parts.access.check(address.parameters, for: container, anyOf: needed) {
            return .storageError(403, code, reason)
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
        switch request.parameters["comp"] {
        case nil: return try await putBlob(request, name)
        case "block": return try await putBlock(request, name)
        case "blocklist": return try await putBlockList(request, name)
        case .some(let other):
            return .storageError(400, "InvalidQueryParameterValue", "comp=\(other) is not served")
        }
    }

    private func putBlob(_ request: EmulatorRequest, _ name: String) async throws -> EmulatorReply {
        guard request.header("x-ms-blob-type")?.lowercased() == "blockblob" else {
            return .storageError(400, "InvalidHeaderValue", "x-ms-blob-type must be BlockBlob")
        }
        switch try await save(request, limit: Self.maximumBlobBytes) {
        case .refused(let reply): return reply
        case .saved(let content):
            return created(parts.blobs.store(content, as: name, replacing: mayReplace(request)))
        }
    }

    private func putBlock(_ request: EmulatorRequest, _ name: String) async throws -> EmulatorReply {
        guard let id = request.parameters["blockid"].flatMap(BlockIdentifier.init) else {
            return .storageError(400, "InvalidQueryParameterValue", "blockid must be base64 of 1 to 64 bytes")
        }
        switch try await save(request, limit: Self.maximumBlockBytes) {
        case .refused(let reply): return reply
        case .saved(let content) where content.count == 0:
            return .storageError(400, "InvalidHeaderValue", "a block must have bytes, its Content-Length is 0")
        case .saved(let content):
            switch parts.blobs.stage(content, block: id, of: name) {
            case .lengthDiffers:
                return .storageError(
                    400,
                    "InvalidBlobOrBlock",
                    "The specified blob or block content is invalid: all block identifiers of a blob have the same length."
                )
            case .tooMany:
                return .storageError(
                    409,
                    "BlockCountExceedsLimit",
                    "The uncommitted block count cannot exceed the maximum limit of \(BlobStore.maximumStagedBlocks) blocks."
                )
            case nil: return .empty(201, [("x-ms-request-server-encrypted", "true")])
            }
        }
    }

    private func putBlockList(_ request: EmulatorRequest, _ name: String) async throws -> EmulatorReply {
        let text = String(decoding: try await request.collect(upTo: 16 << 20), as: UTF8.self)
        guard let list = BlockList(xml: text) else {
            return .storageError(400, "InvalidXmlDocument", "XML specified is not syntactically valid.")
        }
        guard list.entries.count <= BlockList.maximumEntries else {
            return .storageError(
                400,
                "BlockListTooLong",
                "The block list may not contain more than \(BlockList.maximumEntries) blocks."
            )
        }
        let (blobs, replacing) = (parts.blobs, mayReplace(request))
        do {
            return created(try await parts.blocking.run { try blobs.commit(list, of: name, replacing: replacing) })
        } catch let error as EmulatorError where error.code == .entityNotFound {
            return .storageError(400, "InvalidBlockList", error.message)
        }
    }

    private func mayReplace(_ request: EmulatorRequest) -> Bool { request.header("If-None-Match") != "*" }

    private enum Saving {
        case saved(StoredBytes)
        case refused(EmulatorReply)
    }

    /// Azure's limit on the bytes of Put Blob.
    private static let maximumBlobBytes = 5000 << 20
    /// Azure's limit on the bytes of a block.
    private static let maximumBlockBytes = 4000 << 20

    /// Writes the body to storage as it comes; nothing is stored of a body that breaks off.
    private func save(_ request: EmulatorRequest, limit: Int) async throws -> Saving {
        guard let text = request.header("Content-Length") else {
            return .refused(
                .storageError(411, "MissingContentLengthHeader", "Content-Length was not specified.")
            )
        }
        guard let length = Int(text), length >= 0 else {
            return .refused(.storageError(400, "InvalidHeaderValue", "Content-Length is not a number of bytes"))
        }
        guard length <= limit else {
            return .refused(
                .storageError(
                    413,
                    "RequestBodyTooLarge",
                    "The request body is too large and exceeds the maximum permissible limit of \(limit) bytes."
                )
            )
        }
        let content = try parts.blobs.reserve(length)
        var size = 0
        try await request.forEachChunk { chunk in
            try content.write(chunk, at: size)
            size += chunk.count
        }
        return .saved(content)
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
