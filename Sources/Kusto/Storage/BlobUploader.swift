internal import FoundationEssentials
internal import HTTP
internal import Text

/// Writes block blobs (Azure Storage REST, "Put Blob", "Put Block", "Put Block List").
struct BlobUploader: Sendable {
    /// Up to this size a blob is one request.
    let singleRequestBytes: Int
    /// The size of a block of larger ones; a blob has at most 50,000.
    let blockBytes: Int
    let wire: Wire

    init(wire: Wire, singleRequestBytes: Int = 64 << 20, blockBytes: Int = 8 << 20) {
        self.wire = wire
        self.singleRequestBytes = singleRequestBytes
        self.blockBytes = blockBytes
    }

    /// Writes a blob into a container; one of the same name is replaced.
    func upload(_ body: any HTTPBodySource, name: String, to container: SignedURL) async throws(KustoError)
        -> UploadedBlob
    {
        let path = PercentEncoding.encodedPath(name)
        if body.count <= singleRequestBytes {
            try await put(
                container.revealed(appending: path),
                body: .source(body),
                headers: [
                    HTTPHeader("x-ms-blob-type", "BlockBlob"), HTTPHeader("Content-Type", "application/octet-stream"),
                ]
            )
        } else {
            try await uploadBlocks(body, path, container)
        }
        return UploadedBlob(url: container.appending(path))
    }

    private func uploadBlocks(_ body: any HTTPBodySource, _ path: String, _ container: SignedURL)
        async throws(KustoError)
    {
        var list = ""
        for (number, start) in stride(from: 0, to: body.count, by: blockBytes).enumerated() {
            let text = String(number)
            // All ids of a blob have the same length.
            let id = Data((String(repeating: "0", count: 8 - text.count) + text).utf8).base64EncodedString()
            try await put(
                container.revealed(appending: path, "comp=block&blockid=\(PercentEncoding.encoded(id))"),
                body: .source(BodySlice(body: body, start: start, count: min(blockBytes, body.count - start))),
                headers: [HTTPHeader("Content-Type", "application/octet-stream")]
            )
            list += "<Latest>\(id)</Latest>"
        }
        let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>\(list)</BlockList>"
        try await put(
            container.revealed(appending: path, "comp=blocklist"),
            body: .bytes(Array(xml.utf8)),
            headers: [HTTPHeader("Content-Type", "application/xml")]
        )
    }

    private func put(_ url: String, body: HTTPBody, headers: [HTTPHeader]) async throws(KustoError) {
        let request = HTTPRequest(
            method: .put,
            url: url,
            headers: wire.storageHeaders() + headers,
            body: body,
            // A minute, plus the time that the body takes at 256 KiB a second.
            timeout: .seconds(60 + body.count >> 18),
            stallTimeout: wire.storageStallTimeout,
            maximumResponseBytes: 64 << 10
        )
        let response = try await wire.send(request, leg: .upload)
        guard response.status == 201 else {
            throw FailureClassifier.storageFailure(response, leg: .upload, url: url)
        }
    }
}
