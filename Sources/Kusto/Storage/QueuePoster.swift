internal import FoundationEssentials
internal import HTTP

/// Posts messages (Azure Storage REST, "Put Message").
struct QueuePoster: Sendable {
    let wire: Wire

    /// Posts one message, which is encoded here.
    func post(_ message: [UInt8], to queue: SignedURL) async throws(KustoError) {
        let text = Data(message).base64EncodedString()
        let xml =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessage><MessageText>\(text)</MessageText></QueueMessage>"
        let url = queue.revealed(appending: "messages")
        let response = try await wire.send(
            HTTPRequest(
                method: .post,
                url: url,
                headers: wire.storageHeaders() + [
                    HTTPHeader("Content-Type", "application/xml"), HTTPHeader("Accept", "application/xml"),
                ],
                body: .bytes(Array(xml.utf8)),
                timeout: .seconds(30),
                stallTimeout: wire.storageStallTimeout,
                maximumResponseBytes: 64 << 10
            ),
            leg: .enqueue
        )
        guard response.status == 201 else {
            throw FailureClassifier.storageFailure(response, leg: .enqueue, url: url)
        }
    }
}
